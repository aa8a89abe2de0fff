/**
 * The kiosk as an app: it can be installed, starts without a network and says so, and runs under a strict content
 * security policy.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../support/browser/browser.ts';
import { openKiosk, type KioskPage } from '../support/browser/kiosk-page.ts';
import { startRelay, type TestRelay } from '../support/process/relay.ts';
import { because, noBrowser } from '../support/requirements.ts';
import { until } from '../support/wait.ts';
import { lastLines, printOnFailure } from '../support/on-failure.ts';

const why = noBrowser();
const dist = join(import.meta.dirname, '../../dist/kiosk');
/** kiosk/pages/kiosk/messages/relay.ts */
const ADVICE = 'The relay does not answer';
const FIRST_LOAD_MAX_BYTES = 150_000;

/**
 * Every script that the kiosk page loads at its start: named in the page, in a script of it, and so on; the worker too,
 * wasm not.
 */
function firstLoadScripts(): string[] {
  const seen = new Set<string>();
  const walk = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(dist, file), 'utf8');
    for (const [, name] of text.matchAll(/["'`/](?:[\w./-]*\/)?([\w-]+-[\w-]{8}\.js)["'`]/g)) {
      const found = ['assets', 'kiosk/worker'].map((folder) => `${folder}/${name}`).find((path) => exists(path));
      if (found !== undefined) walk(found);
    }
  };
  walk('kiosk/index.html');
  return [...seen].filter((file) => file.endsWith('.js'));
}

function exists(file: string): boolean {
  try {
    readFileSync(join(dist, file));
    return true;
  } catch {
    return false;
  }
}

describe('the kiosk’s first load', () => {
  it('is under 150 KB of JavaScript, gzipped, the worker included', () => {
    const scripts = firstLoadScripts();
    expect(scripts.some((file) => file.startsWith('kiosk/worker/kiosk-worker'))).toBe(true);
    expect(scripts.length).toBeGreaterThanOrEqual(2);
    const bytes = scripts.map((file) => gzipSync(readFileSync(join(dist, file))).length).reduce((a, b) => a + b, 0);
    expect(bytes).toBeLessThan(FIRST_LOAD_MAX_BYTES);
  });
});

describe.skipIf(why !== undefined)(`The kiosk as an app${because(why)}`, () => {
  let relay: TestRelay;
  let browser: Browser;
  let kiosk: KioskPage;

  beforeAll(async () => {
    relay = await startRelay();
    browser = await openBrowser();
    kiosk = await openKiosk(browser, relay, { name: 'APP-PC', display: 'virtual' });
    await kiosk.untilReady();
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.remove();
  });
  printOnFailure({
    kiosk: () => kiosk?.facts(),
    console: () => lastLines(browser?.console),
  });

  it('can be installed, as Chromium judges it', async () => {
    const devtools = await browser.context.newCDPSession(kiosk.page);
    const { errors, data } = await devtools.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? '{}')).toMatchObject({ name: 'Counter QR', display: 'standalone' });
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);
  });

  it('has a content security policy without unsafe-inline, and nothing of the page runs into it', async () => {
    const response = await kiosk.page.request.get(kiosk.page.url());
    const policy = response.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toMatch(/'unsafe-eval'/);
    expect(browser.violations).toEqual([]);

    // What runs into it is seen here.
    await kiosk.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      document.head.append(script);
    });
    await until('the violation is told', () => browser.violations.includes('script-src-elem inline'));
  });

  it('starts without a network, says that the relay is away, and is back with it', { timeout: 60_000 }, async () => {
    await until('the service worker is in charge', () =>
      kiosk.page.evaluate(async () => {
        await navigator.serviceWorker.ready;
        return navigator.serviceWorker.controller !== null || (await navigator.serviceWorker.ready).active !== null;
      }),
    );
    await relay.stop('SIGKILL');
    // Another address of the same page: the way in which a pinned tab starts in the morning.
    await kiosk.page.goto(`${relay.origin}/kiosk/?display=virtual&name=APP-PC`);
    await kiosk.until({ relay: 'offline', display: 'ready' });
    await kiosk.page.getByText(ADVICE).first().waitFor();
    await relay.start();
    await kiosk.until({ relay: 'online' });
  });
});
