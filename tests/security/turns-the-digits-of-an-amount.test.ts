/** A sign of direction in an amount turns its digits where people read them: "\u202e001" is 100 to a customer. */
import { expect, it } from 'vitest';
import type { AdminDeviceDetail } from '../../shared/wire/admin/display-page.ts';
import { openCounter, postAs } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

/** Marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9, table 4). */
const MARKS = [...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];

onBothStores('turns the digits of an amount', (relay) => {
  it('refused, no matter who posts it and where the sign is; nothing is queued, and what waits goes on waiting', async () => {
    const counter = await openCounter(relay());
    const { agentId, deviceId, deviceToken, token } = counter;
    const waiting = (await postAs(relay(), counter, { amount: '100' })).body.command_id as string;
    for (const mark of MARKS)
      for (const amount of [`${mark}001`, `1${mark}00`, `100${mark}`])
        for (const [target, key] of [
          [{ agent_id: agentId }, token],
          [{ agent_id: agentId }, KEYS.app],
          [{ device_id: deviceId }, KEYS.app],
        ] as const) {
          const { status, body } = await relay().post('/qr', { ...target, qr_text: 'pay', amount }, key);
          expect([amount, status, body]).toMatchObject([amount, 400, { code: 'bad_request', field: 'amount' }]);
        }
    const { device } = (await relay().admin('GET', `/device/${deviceId}`)).body as AdminDeviceDetail;
    expect(device.queued).toBe(1);
    const handedOut = await relay().poll(deviceId, deviceToken);
    expect(handedOut.map(({ command_id, amount }) => [command_id, amount])).toEqual([[waiting, '100']]);
  });
});
