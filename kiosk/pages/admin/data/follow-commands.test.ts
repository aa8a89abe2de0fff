import { describe, expect, it } from 'vitest';
import { followCommands, type CommandCounts } from './follow-commands.ts';

const signal = new AbortController().signal;

describe('commands that were queued', () => {
  it('are followed until each display has reported', async () => {
    let round = 0;
    const states: Readonly<Record<string, readonly string[]>> = {
      c1: ['displayed'],
      c2: ['pending', 'delivered', 'cleared'],
      c3: ['delivered', 'failed'],
    };
    const get = async <T>(path: string): Promise<T> => {
      const id = path.split('/').at(-1) ?? '';
      return { state: states[id]?.[round - 1] } as T;
    };
    const seen: CommandCounts[] = [];
    const counts = await followCommands({ get }, ['c1', 'c2', 'c3'], {
      onCounts: (now) => seen.push(now),
      signal,
      pause: async () => void (round += 1),
    });
    expect(seen).toEqual([
      { shown: 1, failed: 0, waiting: 2 },
      { shown: 1, failed: 1, waiting: 1 },
      { shown: 2, failed: 1, waiting: 0 },
    ]);
    expect(counts).toEqual(seen.at(-1));
  });

  it('are given up after 45 s, and one whose state cannot be read counts as waiting', async () => {
    let pauses = 0;
    const counts = await followCommands({ get: () => Promise.reject(new Error('away')) }, ['c1'], {
      onCounts: () => undefined,
      signal,
      pause: async () => void (pauses += 1),
    });
    expect([pauses, counts]).toEqual([45, { shown: 0, failed: 0, waiting: 1 }]);
  });
});
