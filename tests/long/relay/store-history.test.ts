/**
 * A week of 300,000 ended commands: neither start nor memory grow with them, and asking for one of them holds nobody
 * up.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KEYS, startRelay, TestRelay } from '../../support/process/relay.ts';
import { searchLongHistory, writeLongHistory } from '../../support/store/long-history.ts';

const COUNT = 300_000;
const ASKED = 200;

const peakMegabytes = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
const percentile = (values: readonly number[], p: number): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length * p)] ?? NaN;

it.skipIf(process.platform !== 'linux')(
  '300,000 ended commands: start under 3 s, peak under 200 MB, an old one in under 20 ms (the peak is read from /proc)',
  async () => {
    // The heap in which version 0.1 died.
    const relay = new TestRelay({ env: { NODE_OPTIONS: '--max-old-space-size=256' } });
    const ids = await writeLongHistory(relay.dataDir, COUNT);
    try {
      const started = performance.now();
      await relay.start();
      const startMs = performance.now() - started;
      const times: number[] = [];
      const held: number[] = [];
      for (let nth = 0; nth < ASKED; nth++) {
        const id = ids[Math.floor((nth / ASKED) * COUNT)];
        const asked = performance.now();
        const [view] = await Promise.all([
          relay.command(id),
          relay.call('GET', '/health').then(() => held.push(performance.now() - asked)),
        ]);
        times.push(performance.now() - asked);
        expect(view).toMatchObject({ command_id: id, state: 'cleared' });
      }
      const page = await relay.call<{ commands: unknown[] }>('GET', '/history?limit=100', { key: KEYS.admin });
      expect(page.body.commands).toHaveLength(100);
      // Until the complete files were checked beside it.
      await sleep(5_000);
      const peakMb = peakMegabytes(relay.pid);
      console.log(
        `${COUNT} ended commands: start ${startMs.toFixed(0)} ms, peak ${peakMb.toFixed(0)} MB, an old one ${percentile(times, 0.5).toFixed(1)} ms (p95 ${percentile(times, 0.95).toFixed(1)}), others meanwhile ${percentile(held, 0.5).toFixed(1)} ms`,
      );
      expect(startMs).toBeLessThan(3_000);
      expect(peakMb).toBeLessThan(200);
      expect(percentile(times, 0.5)).toBeLessThan(20);
      // A whole day of ended commands is read by itself; anyone who asks something else meanwhile does not wait for it.
      const slow = relay.call('GET', '/history?limit=100000&agent_id=agent-7', { key: KEYS.admin });
      const asked = performance.now();
      await relay.call('GET', '/health');
      const besideMs = performance.now() - asked;
      expect((await slow).status).toBe(200);
      expect(besideMs).toBeLessThan(500);
      await searchLongHistory(relay, ids, 'lowdb');
    } finally {
      await relay.remove();
    }
  },
);

it('starts without a history as well, for comparison', async () => {
  const relay = await startRelay();
  console.log(`no history: peak ${peakMegabytes(relay.pid).toFixed(0)} MB`);
  await relay.remove();
});
