/** Chrome or Chromium: where one may lie, in the order in which they are taken, and whether it shows a page. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { candidates, inFolder, says } from './ask.mjs';

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

/** What Playwright downloaded before; it may not be there. */
function playwrights() {
  try {
    return [createRequire(import.meta.url)('playwright').chromium.executablePath()];
  } catch {
    return [];
  }
}

/** CHROME_PATH, what is installed, what Playwright downloaded. */
function browsers() {
  const installed = [...(PLACES[process.platform] ?? []), ...NAMES.flatMap(candidates)].filter((path) => !isSnap(path));
  const paths = [process.env.CHROME_PATH, ...installed, ...playwrights()];
  return [...new Set(paths)].filter((path) => path && existsSync(path));
}

const FLAGS = ['--headless', '--disable-gpu', '--disable-background-networking', '--disable-sync', '--no-first-run'];
const PAGE = 'data:text/html,<script>document.write(navigator.userAgent, " says ", 6 * 7)</script>';

/** Version of the browser that shows a page with these flags, or undefined. */
const shows = (program, ...flags) =>
  inFolder((folder) => {
    const all = [...FLAGS, ...flags, `--user-data-dir=${folder}`, '--dump-dom', PAGE];
    return says(/Chrome\/(\d[\d.]*).* says 42/, program, all);
  });

const isRoot = () => process.getuid?.() === 0;

/**
 * Without its sandbox where it does not start otherwise: as root, and where the system keeps an ordinary user from
 * making name spaces (Ubuntu 24.04, for a browser that is in no package).
 */
export function sandboxFlagsFor(program) {
  if (process.platform !== 'linux') return [];
  return !isRoot() && shows(program) !== undefined ? [] : ['--no-sandbox'];
}

export const BROWSERS = [
  {
    name: 'Chromium',
    packages: ['chromium'],
    proof: 'show a page',
    candidates: browsers,
    check: (program) => {
      const major = (isRoot() ? undefined : shows(program)) ?? shows(program, '--no-sandbox');
      // Windows' Chrome opens a window instead of saying its version.
      const whole = process.platform === 'win32' ? undefined : says(/\d+(?:\.\d+){3}/, program, ['--version']);
      return major && (whole ?? major);
    },
  },
];
