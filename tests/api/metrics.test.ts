/** The figures that an operator sees at /metrics, and those of which the guide's alarms speak. */
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../support/docs/guide.ts';
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

  it('are all there of which an alarm of docs/operator.md speaks', async () => {
    const alarms = blocksOf('docs/operator.md').filter(({ language }) => language === 'yaml');
    const names = alarms.flatMap(({ text }) => text.match(/\bcounterqr_\w+/g) ?? []);
    expect(names.length).toBeGreaterThan(5);
    const relay = await relayForThisTest();
    const token = await relay.counter('7', 'd1');
    const command = await relay.qr('7');
    await relay.poll('d1', token);
    await relay.report('d1', token, command, 'success');
    await relay.report('d1', token, command, 'cleared', { reason: 'paid' });
    const { text } = await relay.get('/metrics', KEYS.admin);
    for (const name of names) expect(text, name).toMatch(new RegExp(`^${name}[ {]`, 'm'));
  });

  it('of the process tell the delay of the event loop', async () => {
    const relay = await relayForThisTest();
    relay.deps.metrics.watchProcess();
    const { text } = await relay.get('/metrics', KEYS.admin);
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds [\d.e-]+/);
    expect(text).toMatch(/process_resident_memory_bytes \d+/);
  });
});
