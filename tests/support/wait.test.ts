import { describe, expect, it } from 'vitest';
import { eventually, until } from './wait.ts';

describe('until', () => {
  it('answers the first thing that is there', async () => {
    let looks = 0;
    expect(await until('three looks', () => (++looks === 3 ? looks : undefined), { everyMs: 1 })).toBe(3);
  });

  it('says what it waited for, and what was there instead', async () => {
    const waiting = until('a tick', () => false, { timeoutMs: 5, everyMs: 1, otherwise: () => 'a cross' });
    await expect(waiting).rejects.toThrow(/Waited 5 ms for this: a tick\. Instead: "a cross"/);
  });
});

describe('eventually', () => {
  it('answers once the check holds', async () => {
    let looks = 0;
    const check = (): number => {
      expect(++looks).toBeGreaterThan(2);
      return looks;
    };
    expect(await eventually(check, { everyMs: 1 })).toBe(3);
  });

  it('takes an answer of nothing for one', async () => {
    expect(await eventually(() => undefined)).toBeUndefined();
  });

  it('rejects with the check’s last error', async () => {
    let looks = 0;
    const waiting = eventually(() => expect(++looks).toBe(0), { timeoutMs: 5, everyMs: 1 });
    await expect(waiting).rejects.toThrow('to be +0');
  });
});
