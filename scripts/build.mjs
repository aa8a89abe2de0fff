/** `npm run build`: dist/relay (bundled for Node) and dist/kiosk (the pages). */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSdk } from './build-sdk.mjs';
import { isMain } from './is-main.mjs';
import { ensureInstalled, root } from './ready.mjs';
import { sourceStamp, STAMP_FILE } from './source-stamp.mjs';

/** Programs of the relay: the server, and what an operator runs beside it. */
const RELAY_ENTRIES = ['main', 'migrate'];

async function buildRelay() {
  const { build: esbuild } = await import('esbuild');
  const entries = RELAY_ENTRIES.map((name) => join(root, 'relay', `${name}.ts`)).filter((path) => existsSync(path));
  await esbuild({
    entryPoints: entries,
    outdir: join(root, 'dist/relay'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    logLevel: 'warning',
    define: { __VERSION__: JSON.stringify(process.env.npm_package_version ?? '0.1.0') },
  });
}

async function buildPages() {
  const { build: vite } = await import('vite');
  // Vite takes NODE_ENV from the caller otherwise, and a build within a test run would be of development pages.
  process.env.NODE_ENV = 'production';
  await vite({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', mode: 'production' });
}

export async function build() {
  const stamp = sourceStamp();
  const before = process.env.NODE_ENV;
  rmSync(STAMP_FILE, { force: true });
  await buildRelay();
  await buildPages();
  await buildSdk();
  if (before === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = before;
  mkdirSync(dirname(STAMP_FILE), { recursive: true });
  writeFileSync(STAMP_FILE, stamp);
  // Its helper process would live on beside the relay that `npm start` runs in this process.
  const { stop } = await import('esbuild');
  await stop();
}

if (isMain(import.meta.filename)) {
  ensureInstalled();
  await build();
}
