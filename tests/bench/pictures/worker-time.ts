/** Picture work where the kiosk does it: in a dedicated worker of a real Chromium, against the reference loop in the same worker. */
import { findChromium } from '../../../scripts/chromium.mjs';
import { DEFAULT_PICTURE_SETTINGS } from '../../../shared/schemas.ts';
import { PictureWorker } from '../../rig/picture-worker.ts';
import { noBrowser } from '../../rig/requirements.ts';
import { figure } from '../report.ts';
import { samplesOf } from './classes.ts';
import { BAUD } from './pipelines.ts';

/** The same in the kiosk's worker of a real Chromium, wall clock, the best of several of each: what is left when nothing else ran. */
export async function printWorkerTime(): Promise<void> {
  process.env['COUNTERQR_CHROMIUM'] ??= (await findChromium()) ?? '';
  const why = noBrowser();
  if (why !== undefined) return figure('The same in Chromium’s worker', `not measured: ${why}`);
  const worker = await PictureWorker.open();
  try {
    const samples = await samplesOf({ name: '', versions: [8], goal: { crisp: 0 } }, 12);
    const settings = { ...DEFAULT_PICTURE_SETTINGS, size: 'quick', budget_ms: 60_000 } as const;
    const [loops, tooks]: [number[], number[]] = [[], []];
    for (const { png } of samples) {
      loops.push(await worker.referenceLoopMs());
      const dataUri = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
      const made = await worker.make({ kind: 'qr', source: { kind: 'image', dataUri } }, { settings, baudRate: BAUD });
      if (!('jpeg' in made) || made.facts.verified !== true) throw new Error(JSON.stringify(made));
      tooks.push(made.tookMs);
    }
    const [loop, took] = [Math.min(...loops), Math.min(...tooks.slice(2))];
    figure(
      'The same in Chromium’s worker, wall clock, best of ten',
      `${(took / loop).toFixed(2)} x (${took.toFixed(0)} ms, loop ${loop.toFixed(0)} ms)`,
      'goal at most 1 x',
    );
    const { heldMs, elapsedMs } = await worker.pageDuring(async () => {
      for (const { text } of samples)
        await worker.make({ kind: 'qr', source: { kind: 'text', text } }, { settings, baudRate: BAUD });
    });
    figure(
      '  the page meanwhile',
      `its thread held for ${heldMs.toFixed(0)} of ${elapsedMs.toFixed(0)} ms in stretches over 50 ms`,
    );
  } finally {
    await worker.close();
  }
}
