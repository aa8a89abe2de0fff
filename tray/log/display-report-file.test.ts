import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import * as v from 'valibot';
import { RecordingPorts } from '../../shared/display/recording-transport.ts';
import { DisplayReport } from '../../shared/display/display-report.ts';
import { createSimulatedPort } from '../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/simulator/simulated-display.ts';
import { realClock } from '../../shared/util/clock.ts';
import { ManualClock } from '../../tests/support/manual-clock.ts';
import { removeFolder } from '../../tests/support/remove-folder.ts';
import { DisplayReportFile } from './display-report-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'counterqr-report-'));
afterEach(() => removeFolder(folder));

it('lies beside the log, and holds what was recorded to the end', async () => {
  const clock = new ManualClock();
  const ports = new RecordingPorts(createSimulatedPort(new SimulatedDisplay({ clock }), { clock }), clock);
  const warned: string[] = [];
  const file = new DisplayReportFile({
    report: () => ports.report('tray 0.0.0'),
    logFile: join(folder, 'counterqr.log'),
    clock: realClock,
    log: { warn: (_event, text) => warned.push(text) },
  });
  file.start();
  const [transport] = await ports.list();
  await transport.open({ baudRate: 9_600 });
  await transport.write(new TextEncoder().encode('test\n'));
  await file.stop();
  const report = v.parse(DisplayReport, JSON.parse(readFileSync(file.path, 'utf8')));
  expect(report.events).toMatchObject([
    { kind: 'open', baud: 9_600 },
    { kind: 'line', text: 'test' },
  ]);
  expect(report.recorded_by).toBe('tray 0.0.0');
  expect(warned).toEqual([]);
});
