/**
 * Stands between a browser and the relay and writes down when each poll came, so that a page can be watched without a
 * debugger attached: an attached debugger already changes how Chrome treats a hidden tab. It adds one script to the
 * pages, which reports `document.visibilityState` to it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PageProxy } from './page-proxy.ts';

const REPORTER = '/counterqr-test-visibility.js';
const SCRIPT = `
const report = () => {
  const { display, pollGapP99Ms = '' } = document.documentElement.dataset;
  return fetch('${REPORTER}?state=' + document.visibilityState + '&display=' + display + '&gap=' + pollGapP99Ms, { method: 'POST' });
};
addEventListener('visibilitychange', report);
new MutationObserver(report).observe(document.documentElement, { attributeFilter: ['data-display'] });
report();`;

export class RecordingProxy {
  /** When each poll began, by performance.now(). */
  readonly polls: number[] = [];
  /** What the page last said of itself. */
  visibility: string | undefined;
  display: string | undefined;
  /** The page's own p99 of its gaps between polls, in ms. */
  gapP99Ms: number | undefined;
  #proxy!: PageProxy;

  static async start(upstream: string): Promise<RecordingProxy> {
    const recording = new RecordingProxy();
    recording.#proxy = await PageProxy.start(upstream, {
      answers: (url, incoming, outgoing) => recording.#note(url, incoming, outgoing),
      change: (_path, { headers }) =>
        headers['content-type']?.startsWith('text/html') === true
          ? (page) => page.replace('</head>', `<script type="module" src="${REPORTER}"></script></head>`)
          : undefined,
    });
    return recording;
  }

  get origin(): string {
    return this.#proxy.origin;
  }

  stop = (): Promise<void> => this.#proxy.stop();

  /** Gaps between polls that began in this span, in ms. */
  gaps(from: number, to: number): number[] {
    const times = this.polls.filter((at) => at >= from && at <= to);
    return times.slice(1).map((at, index) => at - (times[index] ?? at));
  }

  #note(url: URL, { method }: IncomingMessage, outgoing: ServerResponse): boolean {
    if (url.pathname === '/api/device/poll') this.polls.push(performance.now());
    if (url.pathname !== REPORTER) return false;
    if (method === 'POST') {
      this.visibility = url.searchParams.get('state') ?? undefined;
      this.display = url.searchParams.get('display') ?? undefined;
      this.gapP99Ms = Number(url.searchParams.get('gap') || Number.NaN);
    }
    outgoing.setHeader('content-type', 'text/javascript').end(method === 'POST' ? '' : SCRIPT);
    return true;
  }
}
