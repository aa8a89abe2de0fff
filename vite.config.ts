/**
 * The pages: kiosk, demo, admin, each at its own folder of dist/kiosk. The base is relative, so that the relay can
 * serve them under any BASE_PATH. The worker's files lie below /kiosk/, because a service worker answers for a
 * dedicated worker only when that worker's own address is within its scope.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const root = import.meta.dirname;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const pages = ['kiosk', 'demo', 'admin'].filter((page) => existsSync(join(root, 'kiosk/pages', page, 'index.html')));
/** The kiosk once more, as an app of its own: the window that takes over when the first one's process has died. */
const STANDBY = 'kiosk/standby.html';

const beside = (folder: string) => ({
  entryFileNames: `${folder}/[name]-[hash].js`,
  chunkFileNames: `${folder}/[name]-[hash].js`,
  assetFileNames: `${folder}/[name]-[hash][extname]`,
});

const outDir = join(root, 'dist/kiosk');

/**
 * Of the built files those that the kiosk's two pages need: named in one, or in a file that is named there, and so on.
 */
function neededByKiosk<T extends { url: string }>(files: readonly T[]): T[] {
  const needed = new Set<T>(files.filter(({ url }) => url === 'kiosk/index.html' || url === STANDBY));
  for (const { url } of needed) {
    if (!/\.(html|js|css|webmanifest)$/.test(url)) continue;
    const text = readFileSync(join(outDir, url), 'utf8');
    for (const file of files) if (text.includes(basename(file.url))) needed.add(file);
  }
  return [...needed];
}

/** Starts the kiosk's pages without a network. Only these: the demo and the admin page always come from the relay. */
const serviceWorker = VitePWA({
  filename: 'kiosk/sw.js',
  // The page registers it from its own script, and knows when an update may be taken over (update-controller.ts).
  injectRegister: false,
  registerType: 'prompt',
  manifest: false,
  workbox: {
    globPatterns: ['{kiosk,assets,icons}/**/*.{html,js,css,wasm,svg,png,webmanifest}'],
    manifestTransforms: [
      (files) => ({ manifest: neededByKiosk(files).map((file) => ({ ...file, url: `../${file.url}` })), warnings: [] }),
    ],
    // /kiosk/?name=… is the same page.
    ignoreURLParametersMatching: [/./],
    navigateFallback: null,
    cleanupOutdatedCaches: true,
    // The page that was there before the first version, too: with nobody in its charge, the next would not wait for the
    // counter to be idle.
    clientsClaim: true,
    inlineWorkboxRuntime: true,
    maximumFileSizeToCacheInBytes: 4_000_000,
  },
});

export default defineConfig({
  root: join(root, 'kiosk/pages'),
  base: './',
  publicDir: join(root, 'kiosk/public'),
  plugins: [serviceWorker],
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // Inlined assets would be data: addresses, which the pages' content security policy does not allow for scripts and
    // wasm.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        ...Object.fromEntries(pages.map((page) => [page, join(root, 'kiosk/pages', page, 'index.html')])),
        standby: join(root, 'kiosk/pages', STANDBY),
      },
      output: beside('assets'),
    },
  },
  worker: { format: 'es', rollupOptions: { output: beside('kiosk/worker') } },
});
