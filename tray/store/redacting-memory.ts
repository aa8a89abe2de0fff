import { tokensIn } from '../../shared/station/registration.ts';
import type { Memory } from '../../shared/station/station-types.ts';
import type { Redactor } from '../log/redact.ts';

/**
 * A memory whose tokens are known to the log's redactor from the moment they are read or kept, so before anybody can
 * speak of them.
 */
export function redactingMemory(memory: Memory, redactor: Redactor): Memory {
  const hide = (key: string, value: unknown): void => tokensIn(key, value).forEach((token) => redactor.hide(token));
  return {
    get: async (key) => {
      const value = await memory.get(key);
      hide(key, value);
      return value;
    },
    set: (key, value) => {
      hide(key, value);
      return memory.set(key, value);
    },
    delete: (key) => memory.delete(key),
  };
}
