/**
 * The web app's module, minified, and its types: in dist/kiosk/sdk, which the relay serves at /sdk/device-service.js,
 * and in dist/sdk, `counterqr/sdk`: a package of its own, so that a web app installs these files and nothing of the
 * relay.
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

/** The same name and entry as in the repository's own manifest, its files being beside it. */
function manifest() {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [types, code] = ['./device-service.d.ts', './device-service.js'];
  return {
    name,
    version,
    license,
    type: 'module',
    files: [types, code],
    exports: { './sdk': { types, default: code } },
  };
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
  writeFileSync(join(PACKAGED, 'package.json'), JSON.stringify(manifest(), null, 2) + '\n');
  return bytes;
}
