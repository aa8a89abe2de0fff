/**
 * What goes wrong at a counter, played through real Chromium: what the agent's page says, what the relay is told, and
 * that the QR and the next one are on the screen without a person, or the page says what to do. Prints how long each
 * took. The whole matrix runs on the simulator (tests/contracts/fault-matrix.ts).
 */
import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../shared/simulator/faults.ts';
import { axeFindings } from '../../support/browser/axe.ts';
import { Counter } from '../../support/browser/counter.ts';
import { because, noSerialRig } from '../../support/requirements.ts';
import { eventually } from '../../support/wait.ts';

const why = noSerialRig();
const AGENT = 'agent-13';

const RECOVERING = 'recovering (broken_transfer)';
const UNPLUGGED = 'unplugged (lost)';

/** Injected before a QR is posted: the fault, and what the page says of it beyond the everyday. */
const FAULTS: readonly (readonly [string, readonly Fault[], readonly string[]])[] = [
  ['a lost ack', [{ kind: 'lost_ack', chunk: 0 }], [RECOVERING]],
  ['a late ack', [{ kind: 'late_ack', chunk: 0, delayMs: 1_300 }], []],
  ['an ack said twice', [{ kind: 'duplicate_ack', chunk: 0, delayMs: 40 }], []],
  ['an ack split into bytes', [{ kind: 'split_ack', chunk: 0, gapMs: 120 }], []],
  ['noise between', [{ kind: 'noise', chunk: 0 }], []],
  ['a reset in mid-transfer', [{ kind: 'reset', chunk: 0 }], [RECOVERING]],
  ['bytes lost on the wire', [{ kind: 'dropped_bytes', chunk: 0, bytes: 40 }], [RECOVERING]],
  ['a refused start', [{ kind: 'refused_start' }], []],
  ['a start that is not answered', [{ kind: 'unanswered_start' }], []],
  ['a missing exit', [{ kind: 'missing_exit' }], []],
  ['a garbage reply', [{ kind: 'garbage_reply' }], []],
  ['a full disk, once', [{ kind: 'disk_full', uploads: 1 }], []],
  ...['first', 'middle', 'last'].map(
    (named, chunk) =>
      [
        `a cable pulled at the ${named} chunk`,
        [{ kind: 'pulled_cable', chunk, backAfterMs: 2_500 }],
        [UNPLUGGED],
      ] as const,
  ),
  ['a board that is deaf for a while', [{ kind: 'deaf', forMs: 5_000 }], []],
  ['a board that hangs until it is reset', [{ kind: 'hang', chunk: 0 }], [RECOVERING]],
  ['a board that says ok to everything until it is reset', [{ kind: 'ok_to_everything' }], [RECOVERING]],
];

describe.skipIf(why !== undefined)(`Faults through real Chromium${because(why)}`, () => {
  const counter = new Counter({ name: 'FAULTY-PC', agent: AGENT }).forAllTests();
  let posts = 0;

  beforeEach(() => listenToPage());
  afterEach(() => counter.board.display.clearFaults());

  /** The page notes what it says of the display from now on. */
  async function listenToPage(): Promise<void> {
    await counter.kiosk.page.evaluate(() => {
      const root = document.documentElement;
      const said: string[] = ((globalThis as { said?: string[] }).said = []);
      const note = (): void => {
        const { display = '', displayCause } = root.dataset;
        const words = displayCause === undefined ? display : `${display} (${displayCause})`;
        if (said.at(-1) !== words) said.push(words);
      };
      (globalThis as { ear?: MutationObserver }).ear?.disconnect();
      const ear = new MutationObserver(note);
      (globalThis as { ear?: MutationObserver }).ear = ear;
      ear.observe(root, { attributeFilter: ['data-display', 'data-display-cause'] });
    });
  }

  /** Without the everyday, as in the matrix. */
  async function pageSaid(): Promise<string[]> {
    const said = await counter.kiosk.page.evaluate(() => (globalThis as { said?: string[] }).said ?? []);
    const troubles = said.filter((words) => !/^(ready|uploading|connecting)/.test(words));
    return troubles.filter((words, index) => words !== troubles[index - 1]);
  }

  async function show(timeoutMs?: number) {
    const began = performance.now();
    const text = `https://pay.example/${++posts}?`.padEnd(150, 'amount=1250.00&currency=MUR&ref=8842-');
    const view = await counter.show(text, timeoutMs);
    return { ...view, tookMs: performance.now() - began };
  }

  /** The heading, said as an alert, and what was seen. */
  async function helpReads(heading: string, seen: RegExp): Promise<void> {
    const { page } = counter.kiosk;
    await page.getByRole('alert').getByRole('heading', { name: heading }).waitFor();
    expect(await page.locator('guided-help [data-hook=seen]').innerText()).toMatch(seen);
    expect(await page.locator('guided-help li').count()).toBeGreaterThanOrEqual(2);
  }

  it.each(FAULTS)('%s', { timeout: 150_000 }, async (name, faults, agentReads) => {
    const { board, kiosk } = counter;
    await kiosk.untilReady({ timeoutMs: 60_000 });
    for (const fault of faults) board.display.inject(fault);
    const struck = await show(90_000);
    expect(board.display.faults, 'the fault happened').toEqual([]);
    const next = await show();
    expect(await pageSaid()).toEqual(agentReads);
    expect(struck).toMatchObject({ state: 'displayed', reason: null, deliveries: 1 });
    console.log(
      `${name.padEnd(55)} on the screen after ${(struck.tookMs / 1000).toFixed(1)} s, the next after ${(next.tookMs / 1000).toFixed(1)} s`,
    );
  });

  it('a cable pulled between two QRs', { timeout: 150_000 }, async () => {
    await counter.kiosk.untilReady();
    await counter.board.unplug();
    await counter.kiosk.until({ display: 'unplugged' });
    await helpReads(
      'The display was unplugged',
      /^Seen: CH340 \(1A86:7523\) at 9600 baud until [\d:]+.*no serial port since$/,
    );
    await counter.board.plug();
    await show();
  });

  it('a port that another program holds, then lets go', { timeout: 150_000 }, async () => {
    await counter.board.unplug();
    await counter.kiosk.until({ display: 'unplugged' });
    counter.board.setBusy(true);
    await counter.board.plug();
    await counter.kiosk.page.waitForFunction(
      () => document.documentElement.dataset['displayCause'] === 'port_busy',
      undefined,
      {
        timeout: 30_000,
      },
    );
    await helpReads('Another program is using the display', /^Seen: CH340 \(1A86:7523\), held by another program$/);
    counter.board.setBusy(false);
    await counter.kiosk.untilReady();
    await show();
  });

  it('a port behind which something else than the display is: the page says so, until it is the display', async () => {
    await counter.board.unplug();
    counter.board.display.inject({ kind: 'other_speed', baudRate: 57_600 });
    await counter.board.plug();
    await counter.kiosk.until({ display: 'error' }, { timeoutMs: 60_000 });
    await helpReads(
      'Something is connected, but it does not answer like the display',
      /^Seen: CH340 \(1A86:7523\) opens, but nobody answers at any speed$/,
    );
    await counter.board.unplug();
    counter.board.display.inject({ kind: 'other_speed', baudRate: 9_600 });
    await counter.board.plug();
    await counter.kiosk.untilReady({ timeoutMs: 60_000 });
    await show();
  });

  it('a display that runs at another speed after a replug', { timeout: 150_000 }, async () => {
    await counter.board.unplug();
    counter.board.display.inject({ kind: 'other_speed', baudRate: 115_200 });
    await counter.board.plug();
    await counter.kiosk.untilReady({ timeoutMs: 60_000 });
    expect(counter.board.openedAt.at(-1)).toBe(115_200);
    await show();
    await counter.board.unplug();
    counter.board.display.inject({ kind: 'other_speed', baudRate: 9_600 });
    await counter.board.plug();
    await counter.kiosk.untilReady({ timeoutMs: 60_000 });
    await show();
  });

  it(
    'a disk that stays full: the page says to unplug and plug in again, and that helps',
    { timeout: 150_000 },
    async () => {
      const { board, kiosk, relay } = counter;
      await kiosk.untilReady();
      board.display.inject({ kind: 'disk_stays_full' });
      const { command_id } = await relay.postQr(AGENT, 'https://pay.example/full-disk');
      const { page } = kiosk;
      await page.getByRole('alert').getByRole('heading', { name: 'The display did not take the last QR' }).waitFor();
      expect(await relay.reaches(command_id, ['failed'])).toMatchObject({ state: 'failed', reason: 'display_failed' });
      // While the idle picture is tried, the advice goes for a moment.
      await eventually(
        async () =>
          expect(await page.locator('guided-help li').allInnerTexts()).toEqual([
            expect.stringMatching(/^Unplug the display/),
            expect.stringMatching(/call IT/i),
          ]),
        { timeoutMs: 30_000 },
      );
      expect(await axeFindings(page)).toEqual([]);
      await board.unplug();
      await kiosk.until({ display: 'unplugged' });
      await board.plug();
      await kiosk.untilReady({ timeoutMs: 30_000 });
      expect(await page.locator('guided-help').count()).toBe(0);
      await show();
    },
  );

  it('a dead board: the page says to unplug and plug in again, and that helps', { timeout: 200_000 }, async () => {
    const { board, kiosk, relay } = counter;
    await kiosk.untilReady();
    board.display.inject({ kind: 'dead' });
    const { command_id } = await relay.postQr(AGENT, 'https://pay.example/dead-board', { expires_in: 120 });
    await kiosk.until({ display: 'error' }, { timeoutMs: 100_000 });
    await helpReads(
      'Please unplug the display and plug it in again',
      /^Seen: CH340 \(1A86:7523\) is there, the display/,
    );
    expect((await relay.command(command_id)).state).not.toBe('displayed');
    await board.unplug();
    await board.plug();
    await kiosk.untilReady({ timeoutMs: 30_000 });
    await show();
    expect(await pageSaid()).toEqual([RECOVERING, 'error (needs_replug)', UNPLUGGED]);
  });
});
