/**
 * What goes wrong at a counter, played through real Chromium: after every fault the QR is on the glass or truthfully reported, and the
 * next QR works without a person. Prints how long each took. The whole matrix runs on the simulator beside the session's source.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../shared/device/faults.ts';
import { openBrowser, type Browser } from '../rig/browser.ts';
import { readByOthers } from '../rig/decode.ts';
import { glassPicture } from '../rig/glass.ts';
import { deviceIdOf, openKiosk, type KioskPage } from '../rig/kiosk-page.ts';
import { PortsFolder } from '../rig/ports-folder.ts';
import { PtyDisplay } from '../rig/pty-display.ts';
import { startRelay, type TestRelay } from '../rig/relay.ts';
import { because, noSerialRig } from '../rig/requirements.ts';

const why = noSerialRig();
const NAME = 'FAULTY-PC';
const AGENT = 'agent-13';

/** Each is injected, then a QR is posted. All of them end with the QR on the glass. */
const FAULTS: readonly (readonly [string, readonly Fault[]])[] = [
  ['a lost ack', [{ kind: 'lost_ack', chunk: 0 }]],
  ['a late ack', [{ kind: 'late_ack', chunk: 0, delayMs: 1_500 }]],
  ['an ack said twice', [{ kind: 'duplicate_ack', chunk: 0, delayMs: 40 }]],
  ['an ack split into bytes', [{ kind: 'split_ack', chunk: 0, gapMs: 120 }]],
  ['noise between', [{ kind: 'noise', chunk: 0 }]],
  ['a reset in mid-transfer', [{ kind: 'reset', chunk: 0 }]],
  ['bytes lost on the wire', [{ kind: 'dropped_bytes', chunk: 0, bytes: 40 }]],
  ['a refused start', [{ kind: 'refused_start' }]],
  ['a start that is never answered', [{ kind: 'unanswered_start' }]],
  ['a missing exit', [{ kind: 'missing_exit' }]],
  ['a garbage reply', [{ kind: 'garbage_reply' }]],
  ['a full disk, once', [{ kind: 'disk_full', uploads: 1 }]],
  ['a cable pulled at the first chunk', [{ kind: 'pulled_cable', chunk: 0, backAfterMs: 800 }]],
  ['a board that hangs until it is reset', [{ kind: 'hang', chunk: 0 }]],
  ['a board that says ok to everything until it is reset', [{ kind: 'ok_to_everything' }]],
];

describe.skipIf(why !== undefined)(`Faults through real Chromium${because(why)}`, () => {
  let relay: TestRelay;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let browser: Browser;
  let kiosk: KioskPage;
  let posts = 0;

  beforeAll(async () => {
    relay = await startRelay();
    ports = new PortsFolder();
    board = new PtyDisplay(ports);
    await board.plug();
    browser = await openBrowser({ serial: { ports, origin: relay.origin } });
    kiosk = await openKiosk(browser, relay, { name: NAME });
    await kiosk.untilReady();
    await relay.link(AGENT, await deviceIdOf(relay, NAME));
  });
  afterAll(async () => {
    await browser?.close();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
  });
  afterEach(async (context) => {
    board.display.clearFaults();
    if (context.task.result?.state !== 'fail') return;
    console.log('kiosk:', await kiosk.facts(), browser.console.slice(-40).join('\n'));
    console.log('log:', (await kiosk.page.locator('event-log').innerText()).slice(-3_000));
    console.log('relay:', relay.output.slice(-3_000));
  });

  /** Posts and waits for the truth: `displayed` means that other decoders read it on the board. */
  async function show(timeoutMs = 60_000): Promise<number> {
    const text = `https://pay.example/${++posts}?`.padEnd(150, 'amount=1250.00&currency=MUR&ref=8842-');
    const began = performance.now();
    const { command_id } = await relay.postQr(AGENT, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired', 'superseded'], timeoutMs);
    const tookMs = performance.now() - began;
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    expect(new Set(Object.values(readByOthers(glassPicture(board.display))))).toEqual(new Set([text]));
    return tookMs;
  }

  it.each(FAULTS)('%s', { timeout: 150_000 }, async (name, faults) => {
    await kiosk.untilReady({ timeoutMs: 60_000 });
    for (const fault of faults) board.display.inject(fault);
    const faultMs = await show(90_000);
    expect(board.display.faults, 'the fault happened').toEqual([]);
    const nextMs = await show();
    console.log(
      `${name.padEnd(55)} on the glass after ${(faultMs / 1000).toFixed(1)} s, the next after ${(nextMs / 1000).toFixed(1)} s`,
    );
  });

  it('a cable pulled between two QRs', { timeout: 150_000 }, async () => {
    await kiosk.untilReady();
    await board.unplug();
    await kiosk.until({ display: 'unplugged' });
    await board.plug();
    await show();
  });

  it('a port that another program holds, then lets go', { timeout: 150_000 }, async () => {
    await board.unplug();
    await kiosk.until({ display: 'unplugged' });
    board.setBusy(true);
    await board.plug();
    await kiosk.page.waitForFunction(
      () => document.documentElement.dataset['displayCause'] === 'port_busy',
      undefined,
      {
        timeout: 30_000,
      },
    );
    board.setBusy(false);
    await kiosk.untilReady();
    await show();
  });

  it('a unit that runs at another speed after a replug', { timeout: 150_000 }, async () => {
    await board.unplug();
    board.display.inject({ kind: 'other_speed', baudRate: 115_200 });
    await board.plug();
    await kiosk.untilReady({ timeoutMs: 60_000 });
    expect(board.openedAt.at(-1)).toBe(115_200);
    await show();
    await board.unplug();
    board.display.inject({ kind: 'other_speed', baudRate: 9_600 });
    await board.plug();
    await kiosk.untilReady({ timeoutMs: 60_000 });
    await show();
  });

  it('a dead board: the page says to unplug and plug in again, and that helps', { timeout: 200_000 }, async () => {
    await kiosk.untilReady();
    board.display.inject({ kind: 'dead' });
    const text = 'https://pay.example/dead-board';
    const { command_id } = await relay.postQr(AGENT, text, { expires_in: 120 });
    await kiosk.until({ display: 'error' }, { timeoutMs: 100_000 });
    expect(await kiosk.page.locator('body').innerText()).toMatch(/unplug|plug/i);
    expect((await relay.command(command_id)).state).not.toBe('displayed');
    await board.unplug();
    await board.plug();
    await kiosk.untilReady({ timeoutMs: 30_000 });
    await show();
  });
});
