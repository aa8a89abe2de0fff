/**
 * The admin page with 500 displays that change every two seconds: when the first row is there, what the page costs
 * while it is looked at, and whether it can still be scrolled. Costs are CPU time of the page's own process, so that a
 * busy machine does not count.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type CDPSession, type Page } from 'playwright';
import { hasSandbox } from '../support/requirements.ts';
import { findChromium } from '../../scripts/chromium.mjs';
import { CHROMIUM_FLAGS } from '../support/browser/browser.ts';
import { makeFleet, type Device } from './fleet.ts';
import { inParallel, KEYS, median, percentile, startRelay } from './processes.ts';
import { figure } from './report.ts';

const DISPLAYS = 500;
const EVERY_MS = 2_000;
const OPENINGS = 5;
const WATCHED_MS = 20_000;
const COUNTED_MS = 5_000;
const AT_ONCE = 50;

const perSecond = (count: number): string => ((count * 1000) / COUNTED_MS).toFixed(0);
const framesOf = (frames: readonly number[]): string =>
  `p50 ${percentile(frames, 0.5).toFixed(0)}, p95 ${percentile(frames, 0.95).toFixed(0)} ms`;

export async function measureAdminPage(): Promise<void> {
  const executablePath = await findChromium();
  if (executablePath === undefined) {
    figure('admin page', 'not measured: no Chrome or Chromium here');
    return;
  }
  const relay = await startRelay();
  const chrome = await chromium.launch({
    executablePath,
    args: CHROMIUM_FLAGS,
    chromiumSandbox: hasSandbox(),
  });
  const polling = new AbortController();
  try {
    const fleet = await makeFleet(relay.url, DISPLAYS);
    const running = keepChanging(fleet, polling.signal);
    const context = await chrome.newContext({ viewport: { width: 1280, height: 800 } });
    // tsx gives functions their names by a helper that a page does not have.
    await context.addInitScript('globalThis.__name = (value) => value');
    await context.addInitScript(noteFirstRow);
    const page = await context.newPage();
    await signIn(page, relay.url);

    const openings: number[] = [];
    for (let turn = 0; turn < OPENINGS; turn++) {
      await page.reload();
      openings.push(await firstRowMs(page));
    }
    figure(
      `first data on the admin page, ${DISPLAYS} displays`,
      `${median(openings).toFixed(0)} ms`,
      'goal under 1,000 ms',
    );

    const { pushed, drawn } = await page.evaluate(countChanges, COUNTED_MS);
    const cost = await costOf(await chrome.newBrowserCDPSession(), await context.newCDPSession(page));
    figure(
      `the page while ${perSecond(pushed)} displays and ${perSecond(drawn)} of its cells change a second`,
      `${(cost.process * 100).toFixed(1)} % of a core (page's thread ${(cost.thread * 100).toFixed(1)} %)`,
      'goal under 30 %',
    );
    const frames = await page.evaluate(scrollThrough);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    const bare = await context.newPage();
    await bare.setContent(`<main style="height:${height}px;background:linear-gradient(red,blue)">`);
    const bareFrames = await bare.evaluate(scrollThrough);
    figure(
      'a frame while it is scrolled from end to end, and on a bare page',
      `${framesOf(frames)}; bare ${framesOf(bareFrames)}`,
    );
    figure(
      `a frame after each letter typed in the search of ${DISPLAYS} displays`,
      framesOf(await page.evaluate(typeAndDelete)),
    );

    polling.abort();
    const dropped = await running;
    await page.waitForFunction(allGone, undefined, { polling: 50 });
    figure(
      `${DISPLAYS} displays drop at once, right after a poll: shown as gone`,
      `after ${((performance.now() - dropped) / 1000).toFixed(2)} s`,
      'goal under 9 s',
    );
    for (const { client } of fleet) client.close();
  } finally {
    polling.abort();
    await chrome.close();
    await relay.stop();
  }
}

/**
 * Each display polls every two seconds, spread evenly, and says another state each time. Answers when the last poll was
 * answered.
 */
async function keepChanging(fleet: readonly Device[], signal: AbortSignal): Promise<number> {
  let lastPollAt = performance.now();
  for (let round = 0; !signal.aborted; round++) {
    const started = performance.now();
    await inParallel(fleet.length, AT_ONCE, async (index) => {
      const due = started + (index / fleet.length) * EVERY_MS;
      await sleep(Math.max(0, due - performance.now()));
      if (signal.aborted) return;
      const { client, id } = fleet[index];
      await client.get(`/api/device/poll?device_id=${id}&display=${round % 2 === 0 ? 'ready' : 'uploading'}`);
      lastPollAt = performance.now();
    });
    if (!signal.aborted) await sleep(Math.max(0, started + EVERY_MS - performance.now()));
  }
  return lastPollAt;
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/admin/`);
  await page.locator('input[name=key]').fill(KEYS.admin);
  await page.keyboard.press('Enter');
  await firstRowMs(page);
}

const firstRowMs = async (page: Page): Promise<number> => {
  const handle = await page.waitForFunction(() => (globalThis as { firstRowMs?: number }).firstRowMs);
  return (await handle.jsonValue()) ?? Number.NaN;
};

/** Runs in the page, before its own scripts. */
function noteFirstRow(): void {
  const look = (): void => {
    const row = document
      .querySelector('admin-app')
      ?.shadowRoot?.querySelector('fleet-page')
      ?.shadowRoot?.querySelector('fleet-table')
      ?.shadowRoot?.querySelector('tbody tr');
    if (row) (globalThis as { firstRowMs?: number }).firstRowMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Runs in the page: how many changes the relay pushes within this time, and how many texts of the table change. */
function countChanges(forMs: number): Promise<{ readonly pushed: number; readonly drawn: number }> {
  return new Promise((resolve) => {
    let [pushed, drawn] = [0, 0];
    const source = new EventSource('../api/device/events');
    source.addEventListener('device', () => pushed++);
    const table = document
      .querySelector('admin-app')
      ?.shadowRoot?.querySelector('fleet-page')
      ?.shadowRoot?.querySelector('fleet-table')?.shadowRoot;
    const observer = new MutationObserver((changes) => (drawn += changes.length));
    if (table) observer.observe(table, { subtree: true, characterData: true });
    setTimeout(() => {
      source.close();
      observer.disconnect();
      resolve({ pushed, drawn });
    }, forMs);
  });
}

/** Runs in the page: one step a frame, there and back; answers the frames' lengths. */
function scrollThrough(): Promise<number[]> {
  return new Promise((resolve) => {
    const frames: number[] = [];
    let last = performance.now();
    let down = true;
    const step = (): void => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      const before = scrollY;
      scrollBy(0, down ? 240 : -240);
      if (scrollY !== before) requestAnimationFrame(step);
      else if (down) {
        down = false;
        requestAnimationFrame(step);
      } else resolve(frames);
    };
    requestAnimationFrame(step);
  });
}

/** Runs in the page: one letter a frame into the search, then back out of it; answers the frames' lengths. */
function typeAndDelete(): Promise<number[]> {
  const input = document
    .querySelector('admin-app')
    ?.shadowRoot?.querySelector('fleet-page')
    ?.shadowRoot?.querySelector('fleet-tools')
    ?.shadowRoot?.querySelector('input');
  if (!input) throw new Error('There is no search on the page.');
  const texts: string[] = [];
  for (const word of ['bench-1', 'pc-49', 'device_7', 'nobody'])
    for (let letters = 1; letters < 2 * word.length; letters++)
      texts.push(word.slice(0, letters <= word.length ? letters : 2 * word.length - letters));
  texts.push('');
  return new Promise((resolve) => {
    const frames: number[] = [];
    let last = performance.now();
    const step = (): void => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      const text = texts.shift();
      if (text === undefined) {
        resolve(frames);
        return;
      }
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

/** Runs in the page: whether no display is shown as online any more. */
function allGone(): boolean {
  const table = document
    .querySelector('admin-app')
    ?.shadowRoot?.querySelector('fleet-page')
    ?.shadowRoot?.querySelector('fleet-table')?.shadowRoot;
  return table?.querySelector('tr[data-relay=offline]') != null && !table.querySelector('tr[data-relay=online]');
}

interface Cost {
  /** Share of one core: all threads of the page's process; its main thread alone. */
  readonly process: number;
  readonly thread: number;
}

async function costOf(browser: CDPSession, page: CDPSession): Promise<Cost> {
  await page.send('Performance.enable', { timeDomain: 'threadTicks' });
  const look = async () => {
    const { metrics } = await page.send('Performance.getMetrics');
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    return {
      at: performance.now(),
      thread: metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN,
      process: Math.max(...processInfo.filter(({ type }) => type === 'renderer').map(({ cpuTime }) => cpuTime)),
    };
  };
  const before = await look();
  await sleep(WATCHED_MS);
  const after = await look();
  const seconds = (after.at - before.at) / 1000;
  return { process: (after.process - before.process) / seconds, thread: (after.thread - before.thread) / seconds };
}
