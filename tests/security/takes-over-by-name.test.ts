/** An agent guesses a computer's name and takes its display over, and learns whose it is. */
import { expect, it } from 'vitest';
import { openCounter } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

onBothStores('takes over by name', (relay) => {
  it('an agent’s token with the computer’s name: refused, the owner is not told, the display stays', async () => {
    const [victim, attacker] = [await openCounter(relay()), await openCounter(relay())];
    const body = { agent_id: attacker.agentId, computer_name: victim.deviceId };
    for (const takeover of [false, true]) {
      const { status, body: told, text } = await relay().post('/link', { ...body, takeover }, attacker.token);
      expect([status, told.code]).toEqual([409, 'device_in_use']);
      expect(told).not.toHaveProperty('owner');
      expect(told).not.toHaveProperty('device_id');
      expect(text).not.toContain(victim.agentId + '"');
      expect(told.error).toMatch(/pairing code/);
    }
    expect((await relay().deps.store.device(victim.deviceId))?.link?.agentId).toBe(victim.agentId);
    expect((await relay().deps.store.agentDevice(attacker.agentId))?.deviceId).toBe(attacker.deviceId);
  });

  it('an agent’s token with the id takes over, and is not told the owner either', async () => {
    const [victim, attacker] = [await openCounter(relay()), await openCounter(relay())];
    const body = { agent_id: attacker.agentId, device_id: victim.deviceId };
    const refused = await relay().post('/link', body, attacker.token);
    expect([refused.status, refused.body.code, refused.body.device_id]).toEqual([
      409,
      'device_in_use',
      victim.deviceId,
    ]);
    expect(refused.body).not.toHaveProperty('owner');
    expect((await relay().post('/link', { ...body, takeover: true }, attacker.token)).status).toBe(200);
  });

  it('an agent’s token that tries ids until one fits is stopped, also for the right one; an app key goes on', async () => {
    const [victim, attacker] = [await openCounter(relay()), await openCounter(relay())];
    const tryId = (device_id: string) =>
      relay().post('/link', { agent_id: attacker.agentId, device_id, takeover: true }, attacker.token);
    const seen: number[] = [];
    for (let n = 0; n < 12; n++) seen.push((await tryId(`device_guess_${n}`)).status);
    expect(seen).toEqual([...Array.from({ length: 10 }, () => 404), 429, 429]);
    expect((await tryId(victim.deviceId)).status).toBe(429);
    expect((await relay().deps.store.device(victim.deviceId))?.link?.agentId).toBe(victim.agentId);
    const byApp = { agent_id: attacker.agentId, device_id: attacker.deviceId };
    expect((await relay().post('/link', byApp, KEYS.app)).status).toBe(200);
  });

  it('an agent’s token with the pairing code that the display shows takes over', async () => {
    const [victim, colleague] = [await openCounter(relay()), await openCounter(relay())];
    const { body } = await relay().post('/pairing', { device_id: victim.deviceId }, victim.deviceToken);
    const asked = { agent_id: colleague.agentId, pairing_code: body.pairing_code as string, takeover: true };
    expect((await relay().post('/link', asked, colleague.token)).status).toBe(200);
  });

  it('an agent’s token links a free display by its name, and again its own', async () => {
    const { agentId, token } = await openCounter(relay());
    await relay().register(`free-${agentId}`);
    for (const computer_name of [`free-${agentId}`, `free-${agentId}`])
      expect((await relay().post('/link', { agent_id: agentId, computer_name, takeover: true }, token)).status).toBe(
        200,
      );
  });

  it('several displays of one name: an agent’s token is not told their ids', async () => {
    const { agentId, token } = await openCounter(relay());
    for (const n of [1, 2]) await relay().register(`twin-${n}-${agentId}`, `TWIN-${agentId}`, KEYS.admin);
    const asked = { agent_id: agentId, computer_name: `TWIN-${agentId}` };
    const theirs = await relay().post('/link', asked, token);
    expect([theirs.status, theirs.body.code]).toEqual([409, 'ambiguous_computer_name']);
    expect(theirs.body).not.toHaveProperty('device_ids');
    expect((await relay().post('/link', asked, KEYS.app)).body.device_ids).toHaveLength(2);
  });

  it('an app key takes over by name and is told the owner', async () => {
    const [victim, other] = [await openCounter(relay()), await openCounter(relay())];
    const asked = { agent_id: other.agentId, computer_name: victim.deviceId };
    expect((await relay().post('/link', asked, KEYS.app)).body.owner.agent_id).toBe(victim.agentId);
    expect((await relay().post('/link', { ...asked, takeover: true }, KEYS.app)).status).toBe(200);
  });
});
