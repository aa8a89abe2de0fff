/** The tray's executable checks its display for an admin, and leaves what crossed the cable beside its log. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DisplayReport } from '../../shared/display/display-report.ts';
import { KEYS } from '../support/process/relay.ts';
import { because } from '../support/requirements.ts';
import { noTrayBinary } from '../support/tray/binary.ts';
import { trayCounter } from '../support/tray/for-all-tests.ts';
import { until } from '../support/wait.ts';

const why = noTrayBinary();

describe.skipIf(why !== undefined)(`the tray: a check of its display, and a recording${because(why)}`, () => {
  const counter = trayCounter({ name: 'BACK-OFFICE-18', agent: 'agent-18', settings: { record: 'on' } });
  const beside = (name: string): string => join(dirname(counter.tray.logFile), name);
  const linesOf = (path: string): readonly string[] =>
    v
      .parse(DisplayReport, JSON.parse(readFileSync(path, 'utf8')))
      .events.flatMap((event) => (event.kind === 'line' ? [event.text] : []));

  it('reports what was found, and leaves the report of the check', async () => {
    const path = `/device/${counter.tray.deviceId}/check`;
    const { body } = await counter.relay.call<{ command_id: string }>('POST', path, { key: KEYS.admin, body: {} });
    const view = await counter.relay.reaches(body.command_id, ['cleared', 'failed', 'expired'], 120_000);
    expect(view, JSON.stringify(view)).toMatchObject({
      state: 'cleared',
      picture: { check: { baud: 9_600, own_code: 'words', scanned: 'not_asked' } },
    });
    await until('the report is there', () => existsSync(beside('display-check.json')));
    const lines = linesOf(beside('display-check.json'));
    expect(lines).toContain('startrotation');
    expect(lines.some((line) => /^DisplayQRCodeScreen\*\*<\d+>/.test(line))).toBe(true);
  });

  it('records the day, as its setting says, without what was in the QR', async () => {
    await counter.show('https://pay.example/p/recorded-by-the-tray');
    await counter.tray.stop();
    const text = readFileSync(beside('unit-report.json'), 'utf8');
    expect(linesOf(beside('unit-report.json')).some((line) => line.startsWith('sending**1.jpeg**'))).toBe(true);
    expect(text).toContain('"recorded_by":"tray 1.0.0"');
    for (const secret of ['pay.example', KEYS.enrol]) expect(text).not.toContain(secret);
  });
});
