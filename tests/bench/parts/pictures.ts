/**
 * The picture's promises, by class of code: bytes, seconds on the wire, against the original pipeline and the floor, CPU time, and how
 * often a phone reads the glass in simulated captures. Everything from the PNG that a web app sends, in one run.
 * `COUNTERQR_BENCH_CODES=24` measures so many codes of each class instead of six; `COUNTERQR_BENCH_CAPTURES=off` leaves the captures out.
 */
import { makePictures } from '../../../tray/image/pictures.ts';
import type { GreyImage } from '../pictures/capture.ts';
import {
  captureRates,
  GROUPS,
  interval,
  onGlass,
  type Rate,
  type Rates,
  type Shown,
} from '../pictures/capture-rates.ts';
import { codewords, samplesOf, SIZE_CLASSES, type Sample, type SizeClass } from '../pictures/classes.ts';
import { originalJpegs, originalMaker } from '../pictures/original.ts';
import { BAUD, blankBytes, drawnOnly, makeCrisp, makeDefault, makeFast, makeLarge } from '../pictures/pipelines.ts';
import { readers } from '../pictures/readers.ts';
import { cpuMs, referenceLoopMs } from '../pictures/reference-loop.ts';
import { printWorkerTime } from '../pictures/worker-time.ts';
import { median } from '../processes.ts';
import { figure } from '../report.ts';

const CODES = Number(process.env['COUNTERQR_BENCH_CODES'] ?? 6);
const CAPTURES = process.env['COUNTERQR_BENCH_CAPTURES'] !== 'off';
/** Of the original pipeline, at least. */
const TIMES_SMALLER = 15;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const seconds = (bytes: number, baud: number): string => ((bytes * 10) / baud).toFixed(baud > 100_000 ? 2 : 1);
const percent = (share: number): string => `${Math.round(share * 100)}`;

/** `96 [90-98]`: of a hundred captures, with the interval of 95 %. */
function percentRead(rate: Rate): string {
  const [low, high] = interval(rate);
  return `${percent(rate.read / rate.of).padStart(3)} [${percent(low)}-${percent(high)}]`.padEnd(12);
}

interface Way {
  readonly name: string;
  readonly files: readonly Uint8Array[];
  readonly goal?: number;
}

type Maker = Awaited<ReturnType<typeof makePictures>>;

async function waysOf(maker: Maker, samples: readonly Sample[], { goal }: SizeClass): Promise<Way[]> {
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

function printRates(name: string, rates: Rates): void {
  const decoders = readers().available.map((reader) => reader.name);
  const cells = GROUPS.map(
    (group) => `${group} ${decoders.map((decoder) => percentRead(rates[group][decoder])).join('/')}`,
  );
  figure(`  ${name}`.padEnd(26) + cells.join('  '), '');
}

async function printClass(maker: Maker, sizeClass: SizeClass): Promise<void> {
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
  if (!CAPTURES) return;
  const shown = (glasses: readonly GreyImage[]): Shown[] =>
    glasses.map((glass, i) => ({ glass, text: samples[i].text }));
  const onGlasses = (files: readonly Uint8Array[]): Shown[] => shown(files.map((file) => onGlass(file)));
  const decoders = readers().available.map(({ name }) => name);
  console.log(
    `  read, in % of ${samples.length * 8} captures a group, with the interval of 95 %, by ${decoders.join(' / ')}`,
  );
  printRates('original', captureRates(onGlasses(originals)));
  printRates('drawn, not coded', captureRates(shown(samples.map((sample) => drawnOnly(sample)))));
  for (const { name, files } of ways.slice(0, -1)) printRates(name, captureRates(onGlasses(files)));
}

/** Finding, rebuilding, drawing, coding and proof, for the code that the issue names: version 8, exact edges. */
async function printCpu(maker: Maker): Promise<void> {
  const samples = await samplesOf({ name: '', versions: [8], goal: { crisp: 0 } }, 8);
  const [first, ...rest] = samples;
  const cold = await cpuMs(() => makeCrisp(maker, first));
  const warm: number[] = [];
  const loops: number[] = [];
  for (const sample of rest) {
    loops.push(await referenceLoopMs());
    warm.push(await cpuMs(() => makeCrisp(maker, sample)));
  }
  const loop = median(loops);
  console.log('');
  figure(
    'CPU of version 8, crisp, PNG to proven bytes, over the reference loop',
    `${(median(warm) / loop).toFixed(2)} x (${median(warm).toFixed(0)} ms, loop ${loop.toFixed(0)} ms)`,
    'goal at most 1 x',
  );
  figure('the same, the first after start', `${(cold / loop).toFixed(2)} x (${cold.toFixed(0)} ms)`);
}

export async function run(): Promise<void> {
  console.log(`The original's pictures are made by ${originalMaker}.`);
  for (const missing of readers().missing) console.log(`Not asked, because it is not here: ${missing}.`);
  const maker = await makePictures();
  await printCpu(maker);
  await printWorkerTime();
  for (const sizeClass of SIZE_CLASSES) await printClass(maker, sizeClass);
}
