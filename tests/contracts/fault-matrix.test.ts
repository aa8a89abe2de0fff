import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../shared/simulator/faults.ts';
import { createSimulatedPort } from '../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/simulator/simulated-display.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { describeFaultMatrix } from './fault-matrix.ts';
import { ALL_ROWS } from './all-rows.ts';
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

describe('the rows', () => {
  /** Every fault that a simulated display knows; the type makes a new one fail here until it has a row. */
  const EVERY: Readonly<Record<Fault['kind'], true>> = {
    lost_ack: true,
    late_ack: true,
    duplicate_ack: true,
    split_ack: true,
    noise: true,
    reset: true,
    dropped_bytes: true,
    hang: true,
    dead: true,
    deaf: true,
    refused_start: true,
    unanswered_start: true,
    missing_exit: true,
    garbage_reply: true,
    disk_full: true,
    disk_stays_full: true,
    ok_to_everything: true,
    other_speed: true,
    pulled_cable: true,
    port_busy: true,
    stuck_write: true,
  };

  it('leave no fault out, nor a chunk at which the cable can be pulled', () => {
    const played = new Set(
      ALL_ROWS.flatMap(({ strike = [], needs = [] }) => [
        ...strike.map(({ kind }) => kind),
        ...needs.map(() => 'port_busy'),
      ]),
    );
    expect([...played].sort()).toEqual(Object.keys(EVERY).sort());
    const pulled = ALL_ROWS.flatMap(({ strike = [] }) => strike).filter(({ kind }) => kind === 'pulled_cable');
    expect(pulled.map((fault) => 'chunk' in fault && fault.chunk)).toEqual([0, 1, 2]);
    expect(ALL_ROWS.map(({ name }) => name)).toContain('the cable is pulled between two QRs');
  });

  it('each say what the agent reads, what the relay is told, and how soon the next QR is there', () => {
    for (const { name, agentReads, relayHears, withinMs, nextWithinMs, attempts } of ALL_ROWS) {
      expect(agentReads, name).toBeInstanceOf(Array);
      expect(relayHears.state, name).toMatch(/^(displayed|failed|expired)$/);
      if (relayHears.state !== 'displayed') expect(relayHears.reason, name).toBeDefined();
      // A transfer that was begun twice was read of, or the display had refused the first.
      if ((attempts ?? 1) > 1 && agentReads.length === 0) expect(name).toMatch(/refuse|disk/);
      expect(withinMs, name).toBeGreaterThan(0);
      expect(nextWithinMs, name).toBeGreaterThan(0);
    }
  });
});

describe('docs/protocol.md', () => {
  const path = join(import.meta.dirname, '../../docs/protocol.md');
  const BEGIN =
    '<!-- the fault matrix, as played: COUNTERQR_WRITE_DOCS=1 npx vitest run tests/contracts/fault-matrix -->\n\n';
  const END = '\n\n<!-- end of the fault matrix -->';

  it('prints the matrix as it was played: what the agent reads, what the relay is told, how long it takes', () => {
    expect(played.map(({ row }) => row)).toEqual(ALL_ROWS);
    const before = readFileSync(path, 'utf8');
    const from = before.indexOf(BEGIN) + BEGIN.length;
    const to = before.indexOf(END);
    expect(from > BEGIN.length && to > from, 'the table has its place').toBe(true);
    if (process.env['COUNTERQR_WRITE_DOCS'] === '1')
      writeFileSync(path, before.slice(0, from) + faultTable(played) + before.slice(to));
    else expect(before.slice(from, to)).toBe(faultTable(played));
  });
});
