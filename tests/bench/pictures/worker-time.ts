/**
 * Picture work where the kiosk does it: in a dedicated worker of a real Chromium, against the reference loop in the
 * same worker.
 */
import { findChromium } from '../../../scripts/chromium.mjs';
import { DEFAULT_PICTURE_SETTINGS } from '../../../shared/wire/picture.ts';
import { PictureWorker, type PageUse } from '../../support/browser/picture-worker.ts';
import { noBrowser } from '../../support/requirements.ts';
import type { Sample } from './classes.ts';
import { BAUD } from './pipelines.ts';
import type { Took } from './reference-loop.ts';

const SETTINGS = { ...DEFAULT_PICTURE_SETTINGS, size: 'quick', budget_ms: 60_000 } as const;
/** Compiled by then. */
const WARM_AFTER = 2;
const PICTURES = 12;

/** A worker as the kiosk has one. */
export class WorkerTimer {
  readonly #worker: PictureWorker;

  private constructor(worker: PictureWorker) {
    this.#worker = worker;
  }

  /** Or why there is none. */
  static async open(): Promise<WorkerTimer | string> {
    process.env['COUNTERQR_CHROMIUM'] ??= (await findChromium()) ?? '';
    return noBrowser() ?? new WorkerTimer(await PictureWorker.open());
  }

  /** Crisp, PNG to proven bytes, by the wall clock, the best of ten of each: what is left when nothing else ran. */
  async took(samples: readonly Sample[]): Promise<Took> {
    const [loops, tooks]: [number[], number[]] = [[], []];
    for (let i = 0; i < PICTURES; i++) {
      loops.push(await this.#worker.referenceLoopMs());
      const dataUri = `data:image/png;base64,${Buffer.from(samples[i % samples.length].png).toString('base64')}`;
      const screen = { kind: 'qr', source: { kind: 'image', dataUri } } as const;
      const made = await this.#worker.make(screen, { settings: SETTINGS, baudRate: BAUD });
      if (!('jpeg' in made) || made.facts.verified !== true) throw new Error(JSON.stringify(made));
      tooks.push(made.tookMs);
    }
    return { ms: Math.min(...tooks.slice(WARM_AFTER)), loopMs: Math.min(...loops) };
  }

  /** What the page's own thread sees of it. */
  pageDuring(samples: readonly Sample[]): Promise<PageUse> {
    return this.#worker.pageDuring(async () => {
      for (const { text } of samples)
        await this.#worker.make({ kind: 'qr', source: { kind: 'text', text } }, { settings: SETTINGS, baudRate: BAUD });
    });
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}
