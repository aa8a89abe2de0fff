/**
 * Fifteen minutes of a busy counter through real Chromium, a real relay and Web Serial, with seeded faults of the
 * board, the cable and the relay. Every QR ends truthfully, the next one needs nobody, and the worker's memory stays
 * where it was.
 */
import type { CDPSession } from 'playwright';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isEnded } from '../../../shared/wire/commands.ts';
import type { Fault } from '../../../shared/simulator/faults.ts';
import { openBrowser, type Browser } from '../../support/browser/browser.ts';
import { customerScansWhole } from '../../support/simulator/screen.ts';
import { deviceIdOf, openKiosk, type KioskPage } from '../../support/browser/kiosk-page.ts';
import { PortsFolder } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import { startRelay, type TestRelay } from '../../support/process/relay.ts';
import { because, noSerialRig } from '../../support/requirements.ts';
import { seeded } from '../../support/station/station-rig.ts';

const why = noSerialRig();
const NAME = 'SOAK-PC';
const AGENT = 'agent-33';
/** With faults to the last; what is under way then comes to its end afterwards. */
const SOAK_MS = 15 * 60_000;
const MAX_WORKER_MB = 100;
const ENDS = ['cleared', 'failed', 'expired', 'superseded', 'cancelled'] as const;
/** A QR's lifetime on the screen and a recovery or two. */
const CALM_WITHIN_MS = 150_000;
/** Caches that fill up once; more than that in a quarter of an hour would be a day's leak. */
const MAX_GROWTH_MB = 8;

const FAULTS: readonly ((random: () => number) => Fault)[] = [
  () => ({ kind: 'lost_ack', chunk: 0 }),
  (random) => ({ kind: 'late_ack', chunk: 0, delayMs: Math.floor(random() * 4_000) }),
  () => ({ kind: 'duplicate_ack', chunk: 0, delayMs: 30 }),
  () => ({ kind: 'noise', chunk: 0 }),
  () => ({ kind: 'reset', chunk: 0 }),
  () => ({ kind: 'dropped_bytes', chunk: 0, bytes: 40 }),
  () => ({ kind: 'refused_start' }),
  () => ({ kind: 'garbage_reply' }),
  () => ({ kind: 'hang', chunk: 0 }),
  (random) => ({ kind: 'pulled_cable', chunk: 0, backAfterMs: Math.floor(random() * 4_000) }),
];

/** What DevTools tells of a worker, in bytes; all three, or the test cannot say what it says. */
interface HeapUsage {
  /** JavaScript. */
  readonly usedSize: number;
  /** The browser's own objects behind it. */
  readonly embedderHeapUsedSize: number;
  /** ArrayBuffers and external strings. */
  readonly backingStorageSize: number;
}

describe.skipIf(why !== undefined)(`A quarter of an hour in Chromium${because(why)}`, () => {
  let relay: TestRelay;
  let ports: PortsFolder;
  let board: PtyDisplay;
  let browser: Browser;
  let kiosk: KioskPage;
  let worker: { readonly devtools: CDPSession; readonly session: string };

  beforeAll(async () => {
    relay = await startRelay({ env: { DISPLAY_SECONDS: '60' } });
    ports = new PortsFolder();
    board = new PtyDisplay(ports, { baudRate: 115_200 });
    await board.plug();
    browser = await openBrowser({ serial: { ports, origin: relay.origin } });
    kiosk = await openKiosk(browser, relay, { name: NAME });
    await kiosk.untilReady();
    await relay.link(AGENT, await deviceIdOf(relay, NAME));
    worker = await attachToWorker(browser, kiosk);
  });
  afterAll(async () => {
    await browser?.close();
    await board?.remove();
    ports?.remove();
    await relay?.remove();
  });

  it('shows every QR truthfully and keeps its memory', { timeout: SOAK_MS + 6 * 60_000 }, async () => {
    const random = seeded(4);
    const posted = new Map<string, string>();
    const shown = new Set<string>();
    board.display.onScreen(() => {
      const text = customerScansWhole(board.display);
      if (text !== undefined) shown.add(text);
    });
    let faults = 0;
    const began = performance.now();
    let first = Number.NaN;
    const untilTime = performance.now() + SOAK_MS;
    for (let round = 1; performance.now() < untilTime; round += 1) {
      if (random() < 0.4) {
        const fault = FAULTS[Math.floor(random() * FAULTS.length)];
        if (fault) board.display.inject(fault(random));
        faults += 1;
      } else if (random() < 0.05) {
        faults += 1;
        await relay.stop('SIGKILL');
        await sleep(random() * 5_000);
        await relay.start();
      }
      const text = `https://pay.example/soak/${round}?`.padEnd(
        80 + Math.floor(random() * 120),
        'amount=1250.00&ref=8842-',
      );
      const { command_id } = await relay.postQr(AGENT, text);
      posted.set(command_id, text);
      await sleep(500 + random() * 6_000);
      if (random() < 0.5) await relay.call('POST', '/rotation/start', { body: { command_id, reason: 'paid' } });
      if (round === 20) first = await workerMb();
    }
    board.display.clearFaults();
    let displayed = 0;
    const untrue: string[] = [];
    for (const [id, text] of posted) {
      const view = await relay.reaches(id, ENDS, CALM_WITHIN_MS);
      if (!isEnded(view.state)) untrue.push(`${id} never ended`);
      if (view.displayed_at === undefined) continue;
      displayed += 1;
      if (!shown.has(text)) untrue.push(`${id} was reported as displayed and was not on the screen`);
    }
    await kiosk.untilReady({ timeoutMs: CALM_WITHIN_MS });
    const last = await relay.postQr(AGENT, 'https://pay.example/soak/last');
    const shownLast = await relay.reaches(last.command_id, ['displayed', ...ENDS], CALM_WITHIN_MS);
    expect(shownLast.state, JSON.stringify(shownLast)).toBe('displayed');

    const mb = await workerMb();
    console.log(
      `${posted.size} QRs, ${displayed} displayed, ${faults} faults, ${board.opens} opens of the port; ` +
        `worker ${first.toFixed(1)} MB after 20 QRs, ${mb.toFixed(1)} MB at the end`,
    );
    expect(untrue).toEqual([]);
    // On a busy machine many are superseded by the next before their turn comes.
    expect(displayed).toBeGreaterThan(20);
    // More than nothing was measured, and twice.
    expect(first).toBeGreaterThan(1);
    expect(mb).toBeLessThan(MAX_WORKER_MB);
    expect(mb - first).toBeLessThan(MAX_GROWTH_MB);
    expect(performance.now() - began).toBeGreaterThanOrEqual(SOAK_MS);
  });

  /** Heap, the browser's objects and buffers of the worker, after a collection, in MB. */
  async function workerMb(): Promise<number> {
    await ask(worker, 'HeapProfiler.collectGarbage');
    const usage = await ask<HeapUsage>(worker, 'Runtime.getHeapUsage');
    const parts = [usage.usedSize, usage.embedderHeapUsedSize, usage.backingStorageSize];
    expect(
      parts.every((bytes) => Number.isFinite(bytes)),
      `all parts are told: ${JSON.stringify(usage)}`,
    ).toBe(true);
    return parts.reduce((sum, bytes) => sum + bytes, 0) / 1024 / 1024;
  }
});

/** The worker is a target of its own, reached through its page's session. */
async function attachToWorker(
  { context }: Browser,
  { page }: KioskPage,
): Promise<{ readonly devtools: CDPSession; readonly session: string }> {
  const devtools = await context.newCDPSession(page);
  const attached = new Promise<string>((resolve) =>
    devtools.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    }),
  );
  await devtools.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return { devtools, session: await attached };
}

let asked = 0;
function ask<T>(
  { devtools, session }: { readonly devtools: CDPSession; readonly session: string },
  method: string,
): Promise<T> {
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    const hear = ({ sessionId, message }: { readonly sessionId: string; readonly message: string }): void => {
      const answer = JSON.parse(message) as {
        readonly id?: number;
        readonly result?: T;
        readonly error?: { message: string };
      };
      if (sessionId !== session || answer.id !== id) return;
      devtools.off('Target.receivedMessageFromTarget', hear);
      if (answer.error) reject(new Error(answer.error.message));
      else resolve(answer.result as T);
    };
    devtools.on('Target.receivedMessageFromTarget', hear);
    devtools
      .send('Target.sendMessageToTarget', { sessionId: session, message: JSON.stringify({ id, method, params: {} }) })
      .catch(reject);
  });
}
