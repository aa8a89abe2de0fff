/**
 * The pages: kiosk, demo, admin, each at its own folder of dist/kiosk. The base is relative, so that the relay can serve
 * them under any BASE_PATH. The worker's files lie below /kiosk/, because a service worker answers for a dedicated worker
 * only when that worker's own address is within its scope.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const pages = ['kiosk', 'demo', 'admin'].filter((page) => existsSync(join(root, 'kiosk', page, 'index.html')));

const beside = (folder: string) => ({
  entryFileNames: `${folder}/[name]-[hash].js`,
  chunkFileNames: `${folder}/[name]-[hash].js`,
  assetFileNames: `${folder}/[name]-[hash][extname]`,
});

export default defineConfig({
  root: join(root, 'kiosk'),
  base: './',
  publicDir: join(root, 'kiosk/public'),
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    outDir: join(root, 'dist/kiosk'),
    emptyOutDir: true,
    target: 'es2022',
    // Inlined assets would be data: addresses, which the pages' content security policy does not allow for scripts and wasm.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: Object.fromEntries(pages.map((page) => [page, join(root, 'kiosk', page, 'index.html')])),
      output: beside('assets'),
    },
  },
  worker: { format: 'es', rollupOptions: { output: beside('kiosk/worker') } },
});
