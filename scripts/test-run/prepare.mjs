/**
 * What must be there before the tests: packages, programs, a browser, a build. What can go on at the same time does.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from '../ready.mjs';

/**
 * A script in a process of its own, because installing blocks this one. @returns {Promise<number>} the milliseconds
 * that it took
 */
function beside(script) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'scripts/test-run', script)], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0
        ? resolve(performance.now() - startedAt)
        : reject(new Error(`scripts/test-run/${script} ended with code ${status}.`)),
    );
  });
}

/** Elsewhere, its tests are skipped. */
const buildsTheTray = process.platform === 'linux' && process.arch === 'x64';

/**
 * @param {{ long: boolean }} options
 * @returns {Promise<{ installMs: number, built: Promise<number> }>} `built`: the milliseconds that the build took
 */
export async function prepare({ long }) {
  const startedAt = performance.now();
  ensureInstalled();
  const packagesMs = performance.now() - startedAt;
  const built = beside('build-once.mjs');
  // Nobody waits for it yet; its failure is met where it is awaited.
  built.catch(() => undefined);
  const { ensureChromium } = await import('../chromium.mjs');
  const { ensureSystemPackages } = await import('../system-packages.mjs');
  const { toolsOf } = await import('../tools.mjs');
  const lookedAt = performance.now();
  const trayTools = buildsTheTray ? beside('tray-tools-once.mjs') : undefined;
  // The table of what is missing, which the other prints, has the browser, too.
  await ensureChromium();
  await ensureSystemPackages({ long });
  // The tests that need them say why there are none.
  await trayTools?.catch(() => undefined);
  // Asked once: the tests are told what was found.
  toolsOf({ long });
  return { installMs: packagesMs + performance.now() - lookedAt, built };
}
