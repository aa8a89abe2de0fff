/** Somebody has an enrol key and the name of a PC, and wants that PC's QR codes, or to make its name useless. */
import { expect, it } from 'vitest';
import { openCounter } from '../support/security/agent.ts';
import { onBothStores } from '../support/security/both-stores.ts';
import { KEYS } from '../support/relay-app.ts';

let counters = 0;

const INVISIBLE = ['\u200b', '\u202e', '\u2066', '\ufeff', '\u00ad'];

onBothStores('takes a computer’s name', (relay) => {
  const desk = async () => {
    const name = `DESK-${++counters}`;
    const token = await relay().register(`device_${name}`, name);
    return { name, deviceId: `device_${name}`, token };
  };
  const stranger = (computer_name: string) => ({ device_id: `stranger-${++counters}`, computer_name });
  const linkByName = (computer_name: string) =>
    relay().post('/link', { agent_id: `agent-${++counters}`, computer_name }, KEYS.app);

  it('the key alone gets no display of that name, in whatever letters; the name still means the PC', async () => {
    const { name, deviceId } = await desk();
    for (const spelled of [name, name.toLowerCase(), ` ${name} `]) {
      const { status, body } = await relay().post('/register', stranger(spelled), KEYS.enrol);
      expect([status, body.code]).toEqual([409, 'name_taken']);
    }
    expect((await linkByName(name)).body.device_id).toBe(deviceId);
  });

  it('a revoked PC’s name is not free either', async () => {
    const { name, deviceId } = await desk();
    await relay().admin('POST', `/device/${deviceId}/revoke`, {});
    expect((await relay().post('/register', stranger(name), KEYS.enrol)).body.code).toBe('name_taken');
  });

  it('anyone who asks an admin waits, and the admin is told that the name is taken', async () => {
    const { name } = await desk();
    const asked = stranger(name);
    const { body: request } = await relay().post('/enrol', asked);
    const { request_id, secret } = request as Record<'request_id' | 'secret', string>;
    const waiting = (await relay().admin('GET', '/enrolments')).body.enrolments as { request_id: string }[];
    expect(waiting.find((one) => one.request_id === request_id)).toMatchObject({ name_taken: true, known: false });
    const come = () => relay().post('/register', { ...asked, request_id }, secret);
    expect((await come()).body.code).toBe('unauthorized');
    expect((await linkByName(name)).status).toBe(200);
    expect((await relay().admin('POST', `/enrolments/${request_id}/approve`)).body.enrolment.name_taken).toBe(true);
    expect((await come()).status).toBe(200);
    // Two displays of one name: nobody is sent to one of them by chance.
    expect((await linkByName(name)).body.code).toBe('ambiguous_computer_name');
  });

  it('a PC that lost its storage is let in, and has its name to itself once the old entry is removed', async () => {
    const { name, deviceId } = await desk();
    const back = stranger(name);
    const { body: request } = await relay().post('/enrol', back);
    await relay().admin('POST', `/enrolments/${request.request_id}/approve`);
    expect(
      (await relay().post('/register', { ...back, request_id: request.request_id }, request.secret as string)).status,
    ).toBe(200);
    await relay().admin('DELETE', `/device/${deviceId}`);
    expect((await linkByName(name)).body.device_id).toBe(back.device_id);
  });

  it('or the old entry is removed first, and the set-up link alone is enough', async () => {
    const { name, deviceId } = await desk();
    await relay().admin('DELETE', `/device/${deviceId}`);
    expect((await relay().post('/register', stranger(name), KEYS.enrol)).status).toBe(200);
  });

  it('a name with a sign in it that nobody sees is refused, with a key and without', async () => {
    const { deviceId } = await openCounter(relay());
    for (const sign of INVISIBLE) {
      const asked = {
        device_id: `seen-${deviceId}`,
        computer_name: `${deviceId.slice(0, 6)}${sign}${deviceId.slice(6)}`,
      };
      for (const { status, body } of [
        await relay().post('/register', asked, KEYS.enrol),
        await relay().post('/enrol', asked),
      ])
        expect([status, body.code, body.field]).toEqual([400, 'bad_request', 'computer_name']);
    }
  });
});
