/**
 * Chromium as an agent runs it: one profile kept on disk, and, where asked, simulated serial ports beside the real
 * ones.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { fakeUdevLibrary } from '../simulator/compile.ts';
import { allowPorts, deployPolicy } from './policy.ts';
import { here, takesPart, whoIsMissing, type Presence } from '../participants.ts';
import type { PortsFolder } from '../simulator/ports-folder.ts';
import { chromiumPath, hasSandbox } from '../requirements.ts';
import { removeFolder } from '../remove-folder.ts';

export const CHROMIUM_FLAGS = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Chromium refuses to run as root within its sandbox, and some systems keep an ordinary user from it.
  ...(hasSandbox() ? [] : ['--no-sandbox']),
];

export interface BrowserOptions {
  /** Simulated ports, and the origin whose pages may use them. */
  readonly serial?: {
    readonly ports: PortsFolder;
    readonly origin: string;
    readonly vendorIds?: readonly number[];
    /** The policy file that IT deploys, in place of one that only allows the ports. */
    readonly policyFile?: string;
  };
  readonly locale?: string;
  /** Profile to go on with; its maker removes it. */
  readonly profile?: string;
  /** Folder of an unpacked extension to be loaded. */
  readonly extension?: string;
  /** As from the command line. */
  readonly flags?: readonly string[];
  /** Of its process, over that of the test run. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Browser {
  readonly context: BrowserContext;
  /** What pages and workers said on the console and threw, newest last: for a failed test's message. */
  readonly console: readonly string[];
  /** What documents did that their content security policy forbids: directive and what it kept out, a line each. */
  readonly violations: readonly string[];
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

function executable(): string {
  const path = chromiumPath();
  if (path === undefined) throw new Error('No Chrome or Chromium on this machine.');
  return path;
}

const VIOLATION = 'counterqr-violation ';

/** Collects what a context's pages and workers say, and what a policy keeps their documents from. */
async function listen(context: BrowserContext): Promise<Pick<Browser, 'console' | 'violations'>> {
  const lines: string[] = [];
  const violations: string[] = [];
  // The event says it in the standard's words; the browser's own line on the console reads otherwise in each version.
  await context.addInitScript((mark) => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      console.error(`${mark}${effectiveDirective} ${blockedURI}`),
    );
  }, VIOLATION);
  context.on('console', (message) => {
    const text = message.text();
    if (text.startsWith(VIOLATION)) violations.push(text.slice(VIOLATION.length));
    lines.push(`${message.type()}: ${text}`);
  });
  context.on('weberror', (error) => lines.push(`threw: ${error.error().message}`));
  return { console: lines, violations };
}

/** Asks the browser, then each of its pages, for the little that costs nothing. */
async function presenceOf(context: BrowserContext): Promise<Presence> {
  await context.cookies('http://localhost');
  const pages = context.pages();
  for (const page of pages) await page.evaluate(() => document.readyState);
  return here(`answers, as do its ${pages.length} pages`);
}

/** @throws Error that says what else was missing when the browser does not come */
async function launched<T>(launching: Promise<T>): Promise<T> {
  try {
    return await launching;
  } catch (error) {
    throw new Error(`The browser did not start: ${String(error)}\n${await whoIsMissing()}`, { cause: error });
  }
}

/** Several agents' PCs in one Chromium: each context has its own storage. No serial ports. */
export async function openCounters(count: number): Promise<{ counters: Browser[]; close(): Promise<void> }> {
  const starting = chromium.launch({
    executablePath: executable(),
    headless: true,
    args: CHROMIUM_FLAGS,
    chromiumSandbox: hasSandbox(),
  });
  const chrome = await launched(starting);
  const counters: Browser[] = [];
  for (let index = 0; index < count; index++) {
    const context = await chrome.newContext({ viewport: { width: 1280, height: 720 } });
    context.once('close', takesPart({ name: 'browser', ask: () => presenceOf(context) }));
    counters.push({
      context,
      ...(await listen(context)),
      newPage: () => context.newPage(),
      close: () => context.close(),
    });
  }
  return { counters, close: () => chrome.close() };
}

const extensionFlags = (folder: string): string[] => [
  `--disable-extensions-except=${folder}`,
  `--load-extension=${folder}`,
  '--window-size=1280,720',
  '--disable-features=DisableLoadExtensionCommandLineSwitch',
];

function policyOf({ origin, vendorIds, policyFile }: NonNullable<BrowserOptions['serial']>): () => void {
  return policyFile === undefined ? allowPorts(origin, vendorIds ?? [0x1a86]) : deployPolicy(policyFile);
}

export async function openBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const profile = options.profile ?? mkdtempSync(join(tmpdir(), 'counterqr-profile-'));
  const { serial } = options;
  const takeBack = serial ? policyOf(serial) : () => undefined;
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...options.env }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const starting = chromium.launchPersistentContext(profile, {
    executablePath: executable(),
    headless: true,
    args: [
      ...CHROMIUM_FLAGS,
      ...(options.flags ?? []),
      ...(options.extension === undefined ? [] : extensionFlags(options.extension)),
    ],
    ...(options.extension === undefined ? {} : { ignoreDefaultArgs: ['--disable-extensions'] }),
    chromiumSandbox: hasSandbox(),
    env: serial ? { ...env, LD_PRELOAD: fakeUdevLibrary(), FAKE_UDEV_DIR: serial.ports.path } : env,
    locale: options.locale ?? 'en-US',
    // An extension may unload a tab, and Chromium 150 ends when a tab is unloaded whose size is emulated.
    viewport: options.extension === undefined ? { width: 1280, height: 720 } : null,
  });
  const context = await launched(starting);
  const leave = takesPart({ name: 'browser', ask: () => presenceOf(context) });
  return {
    context,
    ...(await listen(context)),
    newPage: () => context.newPage(),
    close: async () => {
      leave();
      await context.close();
      takeBack();
      if (options.profile === undefined) removeFolder(profile);
    },
  };
}

/** Kills the renderer of a page, as one that has run out of memory is killed. */
export async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const devtools = await page.context().newCDPSession(page);
  // It has no answer: who would give it is gone.
  devtools.send('Page.crash').catch(() => undefined);
  await crashed;
}
