/**
 * A proxy before a test relay that can serve the next version of the kiosk page: the same files, but the page carries a
 * mark, and the service worker's list names a new revision of it, as a build of a changed page would.
 */
import { PageProxy } from './page-proxy.ts';

export class NextVersion {
  /** From here on the next version is served. */
  published = false;
  #proxy!: PageProxy;

  static async start(upstream: string): Promise<NextVersion> {
    const next = new NextVersion();
    next.#proxy = await PageProxy.start(upstream, { change: (path) => (next.published ? changeOf(path) : undefined) });
    return next;
  }

  get origin(): string {
    return this.#proxy.origin;
  }

  stop = (): Promise<void> => this.#proxy.stop();
}

function changeOf(path: string): ((text: string) => string) | undefined {
  if (path.endsWith('/kiosk/sw.js'))
    return (script) => script.replace(/(kiosk\/index\.html",revision:")\w/, (_, before: string) => `${before}next-`);
  if (path.endsWith('/kiosk/') || path.endsWith('/kiosk/index.html'))
    return (page) => page.replace('<html ', '<html data-version="next" ');
  return undefined;
}
