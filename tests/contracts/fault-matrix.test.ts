import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSimulatedPort } from '../../shared/device/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/device/simulator.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { describeFaultMatrix } from './fault-matrix.ts';
import { FAULT_ROWS } from './fault-rows.ts';
import { faultTable, type Played } from './fault-table.ts';

const played: Played[] = [];

describeFaultMatrix('simulated port', {
  slackMs: 0,
  makeBench: ({ resetOnOpen = true, ...options }) => {
    const clock = new ManualClock();
    const display = new SimulatedDisplay({ ...options, clock });
    const port = createSimulatedPort(display, { clock, resetOnOpen });
    return {
      clock,
      display,
      ports: port,
      plug: port.plug,
      unplug: port.unplug,
      setBusy: port.setBusy,
      until: (_what, condition, limitMs) => clock.until(condition, limitMs),
      dispose: port.unplug,
    };
  },
  onPlayed: (row, tookMs, nextMs) => played.push({ row, tookMs, nextMs }),
});

describe('docs/protocol.md', () => {
  const path = join(import.meta.dirname, '../../docs/protocol.md');
  const BEGIN =
    '<!-- the fault matrix, as played: COUNTERQR_WRITE_DOCS=1 npx vitest run tests/contracts/fault-matrix -->\n\n';
  const END = '\n\n<!-- end of the fault matrix -->';

  it('prints the matrix as it was played: what the agent reads, what the relay is told, how long it takes', () => {
    expect(played.map(({ row }) => row)).toEqual(FAULT_ROWS);
    const before = readFileSync(path, 'utf8');
    const from = before.indexOf(BEGIN) + BEGIN.length;
    const to = before.indexOf(END);
    expect(from > BEGIN.length && to > from, 'the table has its place').toBe(true);
    if (process.env['COUNTERQR_WRITE_DOCS'] === '1')
      writeFileSync(path, before.slice(0, from) + faultTable(played) + before.slice(to));
    else expect(before.slice(from, to)).toBe(faultTable(played));
  });
});
