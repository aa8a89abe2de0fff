/** The figures that an operator sees at /metrics, and those of which the guide's alarms speak. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/docs/guide.ts';
import { eventually } from '../support/wait.ts';
import { relayForThisTest } from '../support/for-this-test.ts';
import { KEYS } from '../support/relay-app.ts';

describe('metrics', () => {
  it('count what happened and tell what stands', async () => {
    const relay = await relayForThisTest();
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7');
    await relay.poll('d1', token);
    await relay.poll('d1', token);
    await relay.report('d1', token, command, 'success');
    await relay.report('d1', token, command, 'cleared', { reason: 'timeout' });
    await relay.qr('7');
    await relay.get('/poll?device_id=d1', 'wrong-token');
    const held = relay.poll('d1', token, '&wait=25&ready=0');
    await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
    let text = '';
    await eventually(
      async () => {
        ({ text } = await relay.get('/metrics', KEYS.admin));
        expect(text).toContain('counterqr_displays_online 1');
      },
      { timeoutMs: 10_000, everyMs: 250 },
    );
    relay.deps.longPolls.stop();
    await held;
    for (const line of [
      'counterqr_polls_total{outcome="delivered"} 1',
      'counterqr_polls_total{outcome="empty"} 1',
      'counterqr_polls_total{outcome="refused"} 1',
      'counterqr_held_polls 1',
      'counterqr_displays 1',
      'counterqr_displays_linked 1',
      'counterqr_commands_open{state="pending"} 1',
      'counterqr_commands_ended_total{type="display_qr",state="cleared",reason="timeout"} 1',
      'counterqr_stage_seconds_count{stage="displayed"} 1',
      'counterqr_requests_total{method="POST",status="200"} 6',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toMatch(/counterqr_store_write_seconds_count [1-9]/);
    expect((await relay.get('/metrics', KEYS.app)).status).toBe(403);
    expect((await relay.get('/metrics')).status).toBe(401);
  });

  it('of displays that an agent has do not count those that nobody has', async () => {
    const relay = await relayForThisTest();
    const [away, here, nobodys] = [
      await relay.counter('7', 'd1'),
      await relay.counter('8', 'd2'),
      await relay.register('d3'),
    ];
    await relay.poll('d1', away);
    await relay.pass(60_000);
    await Promise.all([relay.poll('d2', here), relay.poll('d3', nobodys)]);
    await relay.deps.fleet.lookNow();
    const { text } = await relay.get('/metrics', KEYS.admin);
    expect(text).toContain('counterqr_displays_online 2\n');
    expect(text).toContain('counterqr_displays_linked 2\n');
    // One that an agent has is away, which no other display makes up for.
    expect(text).toContain('counterqr_displays_linked_online 1\n');
  });

  it.each(['deploy/prometheus/alerts.yml', 'deploy/grafana/counterqr.json'])(
    'are all there of which %s speaks',
    async (file) => {
      const names = new Set(readFileSync(join(root, file), 'utf8').match(/\b(counterqr|process|nodejs)_\w+/g));
      expect(names.size).toBeGreaterThan(10);
      const relay = await relayForThisTest();
      const token = await relay.counter('7', 'd1');
      const command = await relay.qr('7');
      await relay.poll('d1', token);
      await relay.report('d1', token, command, 'success');
      await relay.report('d1', token, command, 'cleared', { reason: 'paid' });
      await relay.get('/linked');
      relay.deps.metrics.watchProcess();
      writeFileSync(join(relay.deps.config.dataDir, 'last-backup'), '');
      const { text } = await relay.get('/metrics', KEYS.admin);
      for (const name of names) expect(text, name).toMatch(new RegExp(`^${name}[ {]`, 'm'));
    },
  );

  it('tell what waits, what displays say, what is refused, and the last backup', async () => {
    const relay = await relayForThisTest();
    const token = await relay.counter('7', 'd1');
    await relay.poll('d1', token, '&display=recovering');
    await relay.qr('7');
    await relay.pass(3_000);
    await relay.get('/linked');
    const file = join(relay.deps.config.dataDir, 'last-backup');
    const textNow = async () => {
      await relay.deps.fleet.lookNow();
      return (await relay.get('/metrics', KEYS.admin)).text.split('\n');
    };
    const before = await textNow();
    expect(before.filter((line) => line.startsWith('counterqr_last_backup'))).toEqual([]);
    writeFileSync(file, '');
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    const lines = await textNow();
    expect(lines).toEqual(
      expect.arrayContaining([
        'counterqr_displays_state{state="recovering"} 1',
        'counterqr_displays_state{state="ready"} 0',
        'counterqr_refused_total{code="unauthorized"} 1',
        'counterqr_store_writable 1',
        'counterqr_store_damaged_files 0',
        'counterqr_last_backup_timestamp_seconds 1700000000',
        `counterqr_build_info{version="source",node="${process.versions.node}"} 1`,
      ]),
    );
    const oldest = lines.find((line) => line.startsWith('counterqr_commands_oldest_waiting_seconds '));
    const seconds = Number(oldest?.split(' ')[1]);
    expect(seconds).toBeGreaterThanOrEqual(3);
    expect(seconds).toBeLessThan(60);
  });

  it('of the process tell the delay of the event loop', async () => {
    const relay = await relayForThisTest();
    relay.deps.metrics.watchProcess();
    const { text } = await relay.get('/metrics', KEYS.admin);
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds [\d.e-]+/);
    expect(text).toMatch(/process_resident_memory_bytes \d+/);
  });
});
