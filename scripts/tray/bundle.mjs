/**
 * One CommonJS file per target platform, with everything inside: code, addons, WebAssembly, the icon's worker. An
 * executable made of it needs no folder of modules beside it.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { root } from '../ready.mjs';
import { toolPath } from './toolchain.mjs';

const packagePath = (path) => join(root, 'node_modules', path);
const ADDONS = {
  win32: {
    serialport: packagePath('@serialport/bindings-cpp/prebuilds/win32-x64/@serialport+bindings-cpp.node'),
    koffi: toolPath('@koromix/koffi-win32-x64/win32_x64/koffi.node'),
  },
  linux: {
    serialport: packagePath('@serialport/bindings-cpp/prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node'),
    koffi: toolPath('@koromix/koffi-linux-x64/linux_x64/koffi.node'),
  },
};

/**
 * A file as a text in the program, which V8 holds as long as it runs: so small ones. Quality 9 takes a tenth of a
 * second where 11 takes three. Same bytes, same text.
 */
const packed = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).toString('base64');

/** A module `embedded:addons` that carries the files; see tray/native-addon.ts for what becomes of them. */
function addonModule(platform, names) {
  const entries = names.map((name) => {
    const bytes = readFileSync(ADDONS[platform][name]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return `${name}: { name: '${name}', sha256: '${sha256}', brotliBase64: '${packed(bytes)}' }`;
  });
  return `module.exports = { ${entries.join(',\n')} };`;
}

/** Packages find their addon by walking folders; in an executable there are none, so the files ride along. */
function embeddedAddons(platform, names) {
  const loader = JSON.stringify(join(root, 'tray/native-addon.ts'));
  const load = (name) => `require(${loader}).loadAddon(require('embedded:addons').${name})`;
  const contents = {
    addons: addonModule(platform, names),
    serialport: `module.exports = () => ${load('serialport')};`,
    koffi: `module.exports = ${load('koffi')};`,
  };
  return {
    name: 'embedded-addons',
    setup(builder) {
      builder.onResolve({ filter: /^embedded:addons$/ }, () => ({ path: 'addons', namespace: 'addon' }));
      builder.onResolve({ filter: /^node-gyp-build$/ }, () => ({ path: 'serialport', namespace: 'addon' }));
      builder.onResolve({ filter: /^@koromix\/koffi-/ }, ({ path }) =>
        path === `@koromix/koffi-${platform}-x64` ? { path: 'koffi', namespace: 'addon' } : { path, external: true },
      );
      builder.onLoad({ filter: /.*/, namespace: 'addon' }, ({ path }) => ({
        contents: contents[path],
        resolveDir: root,
      }));
    },
  };
}

/** The fonts that tray/image/text/fonts.ts asks for: every part that it lists, in both weights, base64 by file name. */
function fonts() {
  const folder = join(root, 'node_modules/@fontsource/noto-sans/files');
  const files = readdirSync(folder).filter((file) => /-(400|700)-normal\.woff$/.test(file));
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file)).toString('base64')]));
}

/** Replaces tray/assets.ts, which reads files, by a module that carries them. */
function embeddedAssets(trayWorkerCode) {
  const wasm = readFileSync(join(root, 'node_modules/zxing-wasm/dist/reader/zxing_reader.wasm'));
  return {
    name: 'embedded-assets',
    setup(builder) {
      builder.onLoad({ filter: /[\\/]tray[\\/]assets\.ts$/ }, () => ({
        contents: `
          import { brotliDecompressSync } from 'node:zlib';
          import addons from 'embedded:addons';
          export const readZxingWasm = async () => new Uint8Array(brotliDecompressSync(Buffer.from('${packed(wasm)}', 'base64')));
          const fonts = ${JSON.stringify(fonts())};
          export const readFont = async (part, weight) =>
            new Uint8Array(Buffer.from(fonts['noto-sans-' + part + (weight === 'bold' ? '-700' : '-400') + '-normal.woff'] ?? '', 'base64'));
          export const trayWorkerCode = () => ${JSON.stringify(trayWorkerCode)};
          export const embeddedAddons = () => Object.values(addons);`,
        resolveDir: root,
      }));
    },
  };
}

/** fontkit brings a decoder of WOFF2 in JavaScript, which weighs a quarter of the program; Node has one. */
const nodeBrotli = {
  name: 'node-brotli',
  setup(builder) {
    builder.onResolve({ filter: /^brotli\/decompress\.js$/ }, () => ({ path: 'decompress', namespace: 'node-brotli' }));
    builder.onLoad({ filter: /.*/, namespace: 'node-brotli' }, () => ({
      contents: "module.exports = require('node:zlib').brotliDecompressSync;",
    }));
  },
};

const common = (platform, { version, updateKey }) => ({
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // Its ES module entry looks for the addon with createRequire, which a bundler cannot follow.
  alias: { koffi: join(root, 'node_modules/koffi/index.cjs') },
  logLevel: 'warning',
  define: {
    __VERSION__: JSON.stringify(version),
    __UPDATE_KEY__: JSON.stringify(updateKey),
    // Lets esbuild leave out the other platform's half.
    'process.platform': JSON.stringify(platform),
    // Bundled ES modules may ask where they are; in an executable the answer is the executable.
    'import.meta.url': '__moduleUrl',
    __filename: '__programFile',
  },
  banner: {
    js: "const __programFile = process.execPath; const __moduleUrl = require('node:url').pathToFileURL(__programFile).href;",
  },
});

/**
 * @param {'win32' | 'linux'} platform
 * @param {{ version: string, updateKey: string, entry?: string }} options `updateKey`: base64 of the public key of
 * updates, or ''
 * @returns {Promise<Uint8Array>} the program as one script
 */
export async function bundleTray(platform, { version, updateKey, entry = 'tray/main.ts' }) {
  const settings = common(platform, { version, updateKey });
  let workerCode = '';
  if (platform === 'win32') {
    const worker = await build({
      ...settings,
      entryPoints: [join(root, 'tray/ui/windows-tray-worker.ts')],
      plugins: [embeddedAddons(platform, ['koffi'])],
    });
    workerCode = worker.outputFiles[0].text;
  }
  const program = await build({
    ...settings,
    entryPoints: [join(root, entry)],
    plugins: [embeddedAssets(workerCode), embeddedAddons(platform, ['serialport', 'koffi']), nodeBrotli],
  });
  return program.outputFiles[0].contents;
}
