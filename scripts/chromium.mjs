/**
 * Finds a Chrome or Chromium for the browser tests, or gets one. In this order: CHROME_PATH, what is installed, what Playwright
 * downloaded before, Debian's package (it brings its libraries along), Playwright's download.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './ready.mjs';
import { aptInstall, which } from './system-packages.mjs';

const PLACES = {
  linux: ['/usr/bin/chromium', '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome', '/opt/google/chrome/chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .flatMap((name) => process.env[name] ?? [])
    .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')),
};
const NAMES = ['chromium', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** Ubuntu's chromium-browser is a snap that sees neither our folders nor our preloaded library. */
const isSnap = (path) => path.startsWith('/snap/');

function installed() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    console.log(`CHROME_PATH names ${named}, which is not there; looking elsewhere.`);
  }
  const places = [...(PLACES[process.platform] ?? []), ...NAMES.map((name) => which(name))];
  return places.find((path) => path && !isSnap(path) && existsSync(path));
}

async function playwrights() {
  try {
    const { chromium } = await import('playwright-core');
    const path = chromium.executablePath();
    return path && existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Path of a browser that is here already, or undefined. Installs nothing. */
export async function findChromium() {
  return installed() ?? (await playwrights());
}

/** Path of a browser, installed now if there was none; undefined when that did not work, and then browser tests skip themselves. */
export async function ensureChromium() {
  const there = await findChromium();
  if (there) return there;
  if (aptInstall(['chromium'])) return installed();
  console.log('Downloading Chromium (once) …');
  spawnSync(process.execPath, [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'], {
    stdio: 'inherit',
    timeout: 5 * 60_000,
  });
  const path = await playwrights();
  if (!path)
    console.log(
      'No Chrome or Chromium could be found or installed: browser tests are skipped. Set CHROME_PATH to yours.',
    );
  return path;
}
