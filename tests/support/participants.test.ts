/** A failure says which of those that take part did not come. */
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  forgetDelays,
  here,
  missing,
  nameTheMissing,
  takesPart,
  whoIsMissing,
  type Participant,
} from './participants.ts';
import { until } from './wait.ts';

function takesPartInThisTest(name: Participant['name'], ask: Participant['ask']): void {
  onTestFinished(takesPart({ name, ask }));
}

describe('who is missing', () => {
  it('is not the machine because it has much to do: the test itself was in time', async () => {
    const { loadavg } = os;
    os.loadavg = () => [1_000, 1_000, 1_000];
    syncBuiltinESMExports();
    onTestFinished(() => {
      os.loadavg = loadavg;
      syncBuiltinESMExports();
    });
    forgetDelays();
    expect(await whoIsMissing()).toMatch(/^Nobody is missing\. .*machine: load 1000\.0 on/);
  });

  it('names those that are, and says what each of them is like', async () => {
    takesPartInThisTest('relay', () => here('answers'));
    takesPartInThisTest('browser', () => Promise.reject(new Error('it was closed')));
    takesPartInThisTest('display', () => missing('nobody opened its port'));
    const said = await whoIsMissing();
    expect(said).toMatch(/^Missing: browser, display[.,]/);
    expect(said).toContain('relay: answers; browser: it was closed; display: nobody opened its port; machine: load ');
  });

  it('does not wait for one that never answers', async () => {
    takesPartInThisTest('relay', () => new Promise(() => undefined));
    expect(await whoIsMissing()).toContain('relay: does not answer within 3000 ms');
  });

  it('is said by a wait for what did not come', async () => {
    takesPartInThisTest('display', () => missing('nobody opened its port'));
    const waiting = until('the display is ready', () => false, { timeoutMs: 10, otherwise: () => 'unplugged' });
    await expect(waiting).rejects.toThrow(
      /^Waited 10 ms for this: the display is ready\. Instead: "unplugged"\nMissing: display[.,]/,
    );
  });

  it('is added to what a failed test says, once', async () => {
    takesPartInThisTest('browser', () => missing('it was closed'));
    const error = new Error('expected 1 to be 2');
    await nameTheMissing(error);
    expect(error.message).toMatch(/^expected 1 to be 2\nMissing: browser[.,]/);
    const { message } = error;
    await nameTheMissing(error);
    expect(error.message).toBe(message);
  });

  it('is said by a wait whose look never comes back', async () => {
    const waiting = until('the page says something', () => new Promise<false>(() => undefined), {
      timeoutMs: 10,
      lookMs: 20,
    });
    await expect(waiting).rejects.toThrow(/^Waited 10 ms for this: the page says something\. The last look never came/);
  });
});
