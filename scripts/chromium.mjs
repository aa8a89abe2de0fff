/**
 * Finds a Chrome or Chromium for the browser tests, or gets one. In this order: CHROME_PATH, what is installed, what
 * Playwright downloaded before (scripts/tools/browser.mjs), Debian's package (it brings its libraries along),
 * Playwright's download.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './ready.mjs';
import { aptInstall } from './system-packages.mjs';
import { askAgain, findTool, noTool } from './tools.mjs';

/** Path of a browser that is here already and shows a page, or undefined. Installs nothing. */
export async function findChromium() {
  return findTool('Chromium');
}

/**
 * Path of a browser, installed now if there was none; undefined when that did not work, and then browser tests skip
 * themselves.
 */
export async function ensureChromium() {
  const named = process.env.CHROME_PATH;
  const there = findTool('Chromium');
  if (named && there !== named) console.log(`CHROME_PATH names ${named}, which shows no page; looking elsewhere.`);
  if (there) return there;
  if (!aptInstall(['chromium'])) download();
  askAgain();
  if (findTool('Chromium') === undefined)
    console.log(`Browser tests are skipped: ${noTool('Chromium')}. Set CHROME_PATH to yours.`);
  return findTool('Chromium');
}

function download() {
  console.log('Downloading Chromium (once) …');
  spawnSync(process.execPath, [join(root, 'node_modules/playwright/cli.js'), 'install', 'chromium'], {
    stdio: 'inherit',
    timeout: 5 * 60_000,
  });
}
