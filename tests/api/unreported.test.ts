/** A command whose answer got lost: the display asks again, with nothing to do, and has it at once. */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { onEachStore } from '../support/on-each-store.ts';
import type { RelayApp } from '../support/relay-app.ts';
import { eventually } from '../support/wait.ts';

let agents = 0;
/** Relays on Redis share their displays, so each test has its own. */
async function begin(relay: RelayApp) {
  const agent = `u${++agents}`;
  const device = `device_${agent}`;
  const token = await relay.counter(agent);
  const idsOf = async (query: string) =>
    (await relay.poll(device, token, query)).map(({ command_id, retry_count }) => [command_id, retry_count]);
  return { agent, device, token, idsOf };
}

/** Polls as a PC does that loses its network before the answer comes: the relay writes it into a dead connection. */
async function pollAndHearNothing(relay: RelayApp, device: string, token: string): Promise<() => void> {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1').pause();
  socket.on('error', () => undefined);
  const path = `/api/device/poll?device_id=${device}&wait=20&ready=1&display=ready`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: relay\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await eventually(() => expect(relay.deps.longPolls.size).toBe(1));
  return () => socket.destroy();
}

onEachStore('a command that was handed out and never reported', (start) => {
  it('comes again with the next poll of a display that has nothing to do, not after its lease', async () => {
    const relay = await start();
    const { agent, device, token, idsOf } = await begin(relay);
    const hangUp = await pollAndHearNothing(relay, device, token);
    const command = await relay.qr(agent);
    await eventually(() => expect(relay.deps.longPolls.size).toBe(0));
    const asked = performance.now();
    expect(await idsOf('&wait=20&ready=1&display=ready')).toEqual([[command, 1]]);
    expect(performance.now() - asked).toBeLessThan(5_000);
    hangUp();
    expect((await relay.report(device, token, command, 'success')).body.state).toBe('displayed');
  });

  it('does not come again to a display that has reported its receipt', async () => {
    const relay = await start();
    const { agent, device, token, idsOf } = await begin(relay);
    const command = await relay.qr(agent);
    expect(await idsOf('&ready=1')).toEqual([[command, 0]]);
    await relay.report(device, token, command, 'received');
    expect(await idsOf('&ready=1')).toEqual([]);
    expect(await idsOf('&wait=0.2&ready=1')).toEqual([]);
  });

  it('does not come again to an older client, which polls while it is at work and says nothing of that', async () => {
    const relay = await start();
    const { agent, idsOf } = await begin(relay);
    const command = await relay.qr(agent);
    expect(await idsOf('')).toEqual([[command, 0]]);
    expect(await idsOf('')).toEqual([]);
    expect(await idsOf('&wait=0.2')).toEqual([]);
    // A display that is busy is told nothing of it either.
    expect(await idsOf('&ready=0')).toEqual([]);
    expect(await idsOf('&ready=1')).toEqual([[command, 1]]);
  });

  it('comes three times at most, and the last time keeps its lease', async () => {
    const relay = await start();
    const { agent, device, token, idsOf } = await begin(relay);
    const command = await relay.qr(agent);
    for (const retries of [0, 1, 2]) expect(await idsOf('&ready=1')).toEqual([[command, retries]]);
    expect(await idsOf('&ready=1')).toEqual([]);
    expect((await relay.report(device, token, command, 'success')).body.state).toBe('displayed');
  });
});
