/**
 * CPU of finding, rebuilding, drawing, coding and proof, crisp: in Node as the tray has it, in Chromium's worker as the
 * kiosk has it.
 */
import type { PictureMaker } from '../../../shared/picture/picture.ts';
import { median } from '../processes.ts';
import { figure } from '../report.ts';
import { samplesOf, type Sample } from './classes.ts';
import { makeCaptioned, makeCrisp } from './pipelines.ts';
import { cpuMs, inLoops, referenceLoopMs, type Took } from './reference-loop.ts';
import type { WorkerTimer } from './worker-time.ts';

const PICTURES = 7;

/** Each new to the encoder: letters that it has coded before cost it nothing. */
const PAYERS = ['Anna Berg', 'Åsa Lindström', 'Nguyễn Thị Hồng', 'Иван Петров', 'Jean-Rémy Hoarau', 'Wilhelmina Quist', 'Devi Ramgoolam']; // prettier-ignore

async function tookInNode(samples: readonly Sample[], make: (sample: Sample, i: number) => unknown): Promise<Took> {
  const [tooks, loops]: [number[], number[]] = [[], []];
  for (let i = 0; i < PICTURES; i++) {
    loops.push(await referenceLoopMs());
    tooks.push(await cpuMs(() => make(samples[i % samples.length], i)));
  }
  return { ms: median(tooks), loopMs: median(loops) };
}

/** @param worker or why there is none */
export async function printCpu(
  maker: PictureMaker,
  worker: WorkerTimer | string,
  samples: readonly Sample[],
  goal = '',
): Promise<void> {
  figure(
    '  CPU, PNG to proven bytes, over the reference loop: in Node',
    inLoops(await tookInNode(samples, (sample) => makeCrisp(maker, sample))),
    goal,
  );
  figure(
    '    in Chromium’s worker (wall clock, best of ten)',
    typeof worker === 'string' ? `not measured: ${worker}` : inLoops(await worker.took(samples)),
    goal,
  );
}

/** The code that the goal names, the first picture after start, and the page while its worker is busy. */
export async function printCpuOfVersion8(maker: PictureMaker, worker: WorkerTimer | string): Promise<void> {
  const samples = await samplesOf({ name: '', versions: [8], goal: { crisp: 0 } }, 12);
  const first: Took = { ms: await cpuMs(() => makeCrisp(maker, samples[0])), loopMs: await referenceLoopMs() };
  console.log('\nversion 8, crisp');
  await printCpu(maker, worker, samples, 'goal at most 1 x');
  const captioned = await tookInNode(samples, (sample, i) =>
    makeCaptioned(maker, sample, { customerName: PAYERS[i], amount: `${i + 1},${90 - i}0.50`, currency: 'THB' }),
  );
  figure('    with a caption of letters that are new to it, in Node', inLoops(captioned), 'goal at most 1 x');
  figure('    the first picture after start, in Node', inLoops(first));
  if (typeof worker === 'string') return;
  const { heldMs, elapsedMs } = await worker.pageDuring(samples);
  figure(
    '    the page while its worker makes pictures',
    `its thread held for ${heldMs.toFixed(0)} of ${elapsedMs.toFixed(0)} ms in stretches over 50 ms`,
  );
}
