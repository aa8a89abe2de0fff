/**
 * The picture's promises, by class of code: bytes, seconds on the wire, against the original pipeline and the floor,
 * CPU time, and how often a phone reads the display in simulated captures. Everything from the PNG that a web app
 * sends, in one run. `COUNTERQR_BENCH_CODES=6` measures so many codes of each class instead of 26 (eight captures a
 * group of each); `COUNTERQR_BENCH_CLASSES=8-9` measures that class alone; `COUNTERQR_BENCH_SHAKEN=on` holds the camera
 * a little differently for each code, instead of in the same eight ways; `COUNTERQR_BENCH_CAPTURES=off` leaves the
 * captures out, `drawn` adds those of the sheet before it is coded.
 */
import type { PictureMaker } from '../../../shared/picture/picture.ts';
import { wireMs } from '../../../shared/wire/display.ts';
import { makePictures } from '../../../tray/image/pictures.ts';
import type { GreyImage } from '../pictures/capture.ts';
import { CaptureCrew, type Reads, type Shown } from '../pictures/capture-crew.ts';
import { advantage, captureReads, GROUPS, interval, onGlass, shareOf } from '../pictures/capture-rates.ts';
import type { Group } from '../pictures/conditions.ts';
import { codewords, samplesOf, SIZE_CLASSES, type Sample, type SizeClass } from '../pictures/classes.ts';
import { printCpu, printCpuOfVersion8 } from '../pictures/cpu.ts';
import { originalJpegs, originalMaker } from '../pictures/original.ts';
import { BAUD, blankBytes, drawnOnly, makeCrisp, makeDefault, makeFast, makeLarge } from '../pictures/pipelines.ts';
import { readers } from '../pictures/readers.ts';
import { WorkerTimer } from '../pictures/worker-time.ts';
import { figure } from '../report.ts';

const CODES = Number(process.env['COUNTERQR_BENCH_CODES'] ?? 26);
const CLASSES = process.env['COUNTERQR_BENCH_CLASSES'] ?? '';
const CAPTURES = process.env['COUNTERQR_BENCH_CAPTURES'] ?? 'on';
/** Of the original pipeline, at least. */
const TIMES_SMALLER = 15;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const seconds = (bytes: number, baud: number): string => (wireMs(bytes, baud) / 1_000).toFixed(baud > 100_000 ? 2 : 1);
const percent = (share: number): string => `${Math.round(share * 100)}`;

/** `96 [90-98]`: of a hundred captures, with the interval of 95 %. */
function percentRead(reads: readonly boolean[]): string {
  const [low, high] = interval(reads);
  return `${percent(shareOf(reads)).padStart(3)} [${percent(low)}-${percent(high)}]`.padEnd(12);
}

/** `+1.4 ±2.0`: how many more of a hundred captures than of the original, and how far chance reaches. */
function percentMore(ours: readonly boolean[], originals: readonly boolean[]): string {
  const { share, error } = advantage(ours, originals);
  return `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(1)} ±${(error * 100).toFixed(1)}`.padEnd(12);
}

interface Way {
  readonly name: string;
  readonly files: readonly Uint8Array[];
  readonly goal?: number;
}

async function waysOf(maker: PictureMaker, samples: readonly Sample[], { goal }: SizeClass): Promise<Way[]> {
  const all = async (make: typeof makeCrisp): Promise<Uint8Array[]> => {
    const files: Uint8Array[] = [];
    for (const sample of samples) files.push((await make(maker, sample)).jpeg);
    return files;
  };
  const fast = samples.map((sample) => makeFast(sample)).filter((file) => file !== undefined);
  return [
    { name: 'crisp', files: await all(makeCrisp), goal: goal.crisp },
    ...(goal.fast === undefined ? [] : [{ name: 'fast', files: fast, goal: goal.fast }]),
    { name: 'large', files: await all(makeLarge) },
    { name: 'as shipped, 9600 baud', files: await all(makeDefault) },
  ];
}

function printBytes({ name, files, goal }: Way, original: number, floor: number): void {
  const bytes = mean(files.map((file) => file.length));
  const wire = `${seconds(bytes, BAUD)} s, ${seconds(bytes, 115_200)} s`;
  const ratios = `original / ${(original / bytes).toFixed(1)}, floor x ${(bytes / floor).toFixed(2)}`;
  const goals = goal === undefined ? '' : `goal ${goal} bytes, original / ${TIMES_SMALLER}`;
  figure(`  ${name}`.padEnd(26) + `${Math.round(bytes)} bytes`.padEnd(14) + wire, ratios, goals);
}

interface Cell {
  readonly group: Group;
  readonly decoder: string;
}

function printReads(name: string, reads: Reads, cell: (reads: readonly boolean[], at: Cell) => string): void {
  const cells = GROUPS.map((group) => {
    const decoders = Object.entries(reads[group]);
    return `${group} ${decoders.map(([decoder, read]) => cell(read, { group, decoder })).join('/')}`;
  });
  figure(`  ${name}`.padEnd(26) + cells.join('  '), '');
}

interface Tools {
  readonly maker: PictureMaker;
  readonly worker: WorkerTimer | string;
  readonly crew: CaptureCrew | undefined;
}

async function printClass({ maker, worker, crew }: Tools, sizeClass: SizeClass): Promise<void> {
  const samples = await samplesOf(sizeClass, Math.ceil(CODES / sizeClass.versions.length));
  const originals = originalJpegs(samples.map(({ png }) => png));
  const original = mean(originals.map((file) => file.length));
  const blank = blankBytes();
  const floor = blank + mean(samples.map(({ version }) => codewords(version)));
  console.log(`\n${sizeClass.name} (${samples.length} codes; bytes, wire at 9600 and 115200 baud)`);
  figure(
    '  original'.padEnd(26) +
      `${Math.round(original)} bytes`.padEnd(14) +
      `${seconds(original, BAUD)} s, ${seconds(original, 115_200)} s`,
    `floor ${Math.round(floor)} bytes (blank sheet ${blank})`,
  );
  const ways = await waysOf(maker, samples, sizeClass);
  for (const way of ways) printBytes(way, original, floor);
  await printCpu(maker, worker, samples);
  if (crew) await printCaptures(samples, originals, ways, crew);
}

async function printCaptures(
  samples: readonly Sample[],
  originals: readonly Uint8Array[],
  ways: readonly Way[],
  crew: CaptureCrew,
): Promise<void> {
  const shown = (glasses: readonly GreyImage[]): Shown[] =>
    glasses.map((glass, i) => ({ glass, text: samples[i].text }));
  const readsOf = (files: readonly Uint8Array[]): Promise<Reads> =>
    captureReads(shown(files.map((file) => onGlass(file))), crew);
  const decoders = readers().available.map(({ name }) => name);
  console.log(
    `  read, in % of ${samples.length * 8} captures a group, with the interval of 95 %, by ${decoders.join(' / ')}; below it the difference to the original`,
  );
  const original = await readsOf(originals);
  const print = (name: string, reads: Reads): void => {
    printReads(name, reads, percentRead);
    if (reads !== original)
      printReads('', reads, (read, { group, decoder }) => percentMore(read, original[group][decoder]));
  };
  print('original', original);
  if (CAPTURES === 'drawn')
    print('drawn, not coded', await captureReads(shown(samples.map((sample) => drawnOnly(sample))), crew));
  const [crisp] = ways;
  for (const { name, files } of ways.slice(0, -1)) {
    const same = name !== 'crisp' && files.every((file, i) => Buffer.compare(file, crisp.files[i]) === 0);
    if (same) console.log(`  ${name}: the same files as crisp`);
    else print(name, await readsOf(files));
  }
}

export async function run(): Promise<void> {
  console.log(`The original's pictures are made by ${originalMaker}.`);
  for (const missing of readers().missing) console.log(`Not asked, because it is not here: ${missing}.`);
  const maker = await makePictures();
  const worker = await WorkerTimer.open();
  const crew = CAPTURES === 'off' ? undefined : new CaptureCrew();
  try {
    await printCpuOfVersion8(maker, worker);
    for (const sizeClass of SIZE_CLASSES.filter(({ name }) => name.includes(CLASSES)))
      await printClass({ maker, worker, crew }, sizeClass);
  } finally {
    crew?.close();
    if (typeof worker !== 'string') await worker.close();
  }
}
