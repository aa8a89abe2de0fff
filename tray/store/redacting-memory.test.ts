import { expect, it } from 'vitest';
import { createRedactor } from '../log/redact.ts';
import { MapMemory } from '../../tests/support/station/station-rig.ts';
import { redactingMemory } from './redacting-memory.ts';

it('tells the redactor each token that is read or kept, the one that was only asked for too', async () => {
  const redactor = createRedactor();
  const file = new MapMemory();
  await file.set('identity', { deviceId: 'd1', deviceToken: 'read-token' });
  const memory = redactingMemory(file, redactor);
  await memory.get('identity');
  await memory.set('identity', { deviceId: 'd1', deviceToken: 'given-token', newToken: 'asked-token' });
  await memory.set('log', { deviceId: 'd1', deviceToken: 'of another key' });
  expect(redactor.clean('read-token, given-token, asked-token, of another key, d1')).toBe(
    '[hidden], [hidden], [hidden], of another key, d1',
  );
  expect(await memory.get('identity')).toMatchObject({ deviceToken: 'given-token' });
  await memory.delete('identity');
  expect(await memory.get('identity')).toBeUndefined();
});
