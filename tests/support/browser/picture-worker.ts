/**
 * The kiosk's picture code in a dedicated worker of a real Chromium, without the rest of the kiosk: bundled as it is,
 * served from one origin, asked by message.
 */
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { PictureFacts } from '../../../shared/wire/picture.ts';
import type { MakeOptions, Screen } from '../../../shared/picture/picture.ts';
import { openBrowser, type Browser } from './browser.ts';

const root = join(import.meta.dirname, '../../..');

/** What the worker runs besides the product's own files. */
const WORKER = `
  import { browserPictures } from './kiosk/worker/pictures.ts';
  import { canvasTools } from './kiosk/worker/canvas-tools.ts';
  import { xorshift, STEPS } from './tests/bench/pictures/xorshift.ts';
  const maker = browserPictures();
  const toBase64 = (bytes) => { let text = ''; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); };
  self.onmessage = async ({ data: { kind, id, screen, options, text } }) => {
    try {
      if (kind === 'text') {
        const { width, height, data } = await canvasTools.drawText(text, 40, 'regular');
        let ink = 0;
        let look = '';
        for (let at = 0; at < data.length; at += 4) {
          if (data[at] < 128) ink++;
          look += data[at] < 128 ? '#' : ' ';
        }
        self.postMessage({ id, width, height, ink, look });
        return;
      }
      if (kind === 'loop') {
        // The best of tenths: on a busy machine a whole one is never left alone, and a picture is.
        let best = Infinity;
        for (let tenth = 0; tenth < 10; tenth++) {
          const start = performance.now();
          xorshift(STEPS / 10);
          best = Math.min(best, performance.now() - start);
        }
        self.postMessage({ id, tookMs: best * 10 });
        return;
      }
      const pictures = await maker;
      const start = performance.now();
      const made = await pictures.make(screen, options);
      self.postMessage({ id, jpeg: toBase64(made.jpeg), facts: made.facts, payload: made.payload, tookMs: performance.now() - start });
    } catch (error) {
      self.postMessage({ id, name: error.name, code: error.code, message: error.message });
    }
  };`;

const PAGE = `<!doctype html><title>pictures</title><script type="module">
  const worker = new Worker('worker.js', { type: 'module' });
  const waiting = new Map();
  let next = 0;
  worker.onmessage = ({ data }) => { waiting.get(data.id)(data); waiting.delete(data.id); };
  worker.onerror = (event) => console.error(event.message);
  window.ask = (question) => new Promise((resolve) => { const id = next++; waiting.set(id, resolve); worker.postMessage({ ...question, id }); });
</script>`;

export type MadeInBrowser =
  | { readonly jpeg: Uint8Array; readonly facts: PictureFacts; readonly payload?: string; readonly tookMs: number }
  | { readonly name: string; readonly code: string | undefined; readonly message: string };

export interface TextInBrowser {
  readonly width: number;
  readonly height: number;
  /** Dark pixels. */
  readonly ink: number;
  /** A sign for each pixel, row by row: `#` where it is dark. */
  readonly look: string;
}

export interface PageUse {
  readonly heldMs: number;
  /** Of these, the longest at one stretch. */
  readonly longestMs: number;
  readonly frames: number;
  readonly elapsedMs: number;
}

export class PictureWorker {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #page: Page;

  private constructor(server: Server, browser: Browser, page: Page) {
    this.#server = server;
    this.#browser = browser;
    this.#page = page;
  }

  static async open(): Promise<PictureWorker> {
    const { outputFiles } = await build({
      stdin: { contents: WORKER, resolveDir: root, loader: 'js' },
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      plugins: [
        {
          name: 'wasm-address',
          setup: ({ onResolve, onLoad }) => {
            onResolve({ filter: /\.wasm\?url$/ }, () => ({ path: 'reader', namespace: 'wasm' }));
            onLoad({ filter: /.*/, namespace: 'wasm' }, () => ({ contents: "export default '/reader.wasm';" }));
          },
        },
      ],
    });
    const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
    const files: Readonly<Record<string, readonly [type: string, body: string | Uint8Array]>> = {
      '/': ['text/html', PAGE],
      '/worker.js': ['text/javascript', outputFiles[0]?.text ?? ''],
      '/reader.wasm': ['application/wasm', wasm],
    };
    const server = createServer(({ url }, response) => {
      const file = files[url ?? ''];
      response.writeHead(file ? 200 : 404, {
        'content-type': file?.[0] ?? 'text/plain',
        // The policy of the product's own pages, as far as it concerns a worker: nothing from elsewhere.
        'content-security-policy': "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
      });
      response.end(file?.[1]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return new PictureWorker(server, browser, page);
  }

  #ask(question: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    return this.#page.evaluate(
      (asked) => (window as unknown as { ask(what: unknown): Promise<Record<string, unknown>> }).ask(asked),
      question,
    );
  }

  async make(screen: Screen, options: MakeOptions): Promise<MadeInBrowser> {
    const answer = await this.#ask({ kind: 'make', screen, options });
    if (typeof answer.jpeg !== 'string') return answer as MadeInBrowser;
    return { ...answer, jpeg: new Uint8Array(Buffer.from(answer.jpeg, 'base64')) } as MadeInBrowser;
  }

  async drawText(text: string): Promise<TextInBrowser> {
    return (await this.#ask({ kind: 'text', text })) as unknown as TextInBrowser;
  }

  /** What the bench's reference loop takes in the same worker. */
  async referenceLoopMs(): Promise<number> {
    const { tookMs } = await this.#ask({ kind: 'loop' });
    return Number(tookMs);
  }

  /**
   * How the page fares meanwhile: milliseconds in which its thread was held for 50 or more at a stretch, and frames
   * drawn.
   */
  async pageDuring(work: () => Promise<unknown>): Promise<PageUse> {
    await this.#page.evaluate(() => {
      // A method, not a function with a name: the bench's loader would put a helper of its own around that.
      const use = {
        heldMs: 0,
        longestMs: 0,
        frames: 0,
        startedAt: performance.now(),
        over: false,
        frame(): void {
          use.frames++;
          if (!use.over) requestAnimationFrame(use.frame);
        },
      };
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) {
          use.heldMs += duration;
          use.longestMs = Math.max(use.longestMs, duration);
        }
      }).observe({ type: 'longtask' });
      requestAnimationFrame(use.frame);
      Object.assign(window, { use });
    });
    await work();
    return this.#page.evaluate(async () => {
      const { use } = window as unknown as { use: PageUse & { startedAt: number; over: boolean } };
      const elapsedMs = performance.now() - use.startedAt;
      use.over = true;
      // Long tasks are told of a little later.
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { heldMs: use.heldMs, longestMs: use.longestMs, frames: use.frames, elapsedMs };
    });
  }

  /** Holds the page's own thread, to see that it is noticed. */
  async holdPage(forMs: number): Promise<void> {
    await this.#page.evaluate(async (ms) => {
      // In a task of its own: what a debugger runs is not counted as one.
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          const until = performance.now() + ms;
          while (performance.now() < until);
          resolve();
        });
      });
    }, forMs);
  }

  get console(): readonly string[] {
    return this.#browser.console;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
