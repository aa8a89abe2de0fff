/**
 * The web app's module, minified, and its types: in dist/kiosk/sdk, which the relay serves at /sdk/device-service.js, and in dist/sdk,
 * the package's `counterqr/sdk`.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './ready.mjs';

/** Bytes gzipped: what a page pays before it can show anything. */
const BUDGET_BYTES = 5 * 1024;
const SERVED = join(root, 'dist/kiosk/sdk');
const PACKAGED = join(root, 'dist/sdk');

async function declarations() {
  const { default: ts } = await import('typescript');
  const source = readFileSync(join(root, 'sdk/types.ts'), 'utf8');
  const { outputText } = ts.transpileDeclaration(source, { fileName: 'types.ts' });
  return `${outputText}
/** A service of its own, for tests and for pages that speak for more than one agent. */
export declare function createDeviceService(initial?: Configuration): DeviceService;
export declare const deviceService: DeviceService;
export default deviceService;
`;
}

/** Answers the size in bytes gzipped; throws when the module has outgrown its budget. */
export async function buildSdk() {
  const { build } = await import('esbuild');
  for (const folder of [SERVED, PACKAGED]) mkdirSync(folder, { recursive: true });
  const outfile = join(SERVED, 'device-service.js');
  await build({
    entryPoints: [join(root, 'sdk/device-service.ts')],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'warning',
  });
  writeFileSync(join(SERVED, 'device-service.d.ts'), await declarations());
  const bytes = gzipSync(readFileSync(outfile), { level: 9 }).length;
  if (bytes > BUDGET_BYTES) throw new Error(`device-service.js is ${bytes} bytes gzipped, over ${BUDGET_BYTES}.`);
  for (const name of ['device-service.js', 'device-service.d.ts'])
    copyFileSync(join(SERVED, name), join(PACKAGED, name));
  return bytes;
}
