/**
 * In how many of the simulated captures of these pictures each decoder reads the right text, and against another
 * pipeline's.
 */
import jpeg from 'jpeg-js';
import type { GreyImage } from './capture.ts';
import type { CaptureCrew, Reads, Shown } from './capture-crew.ts';
import type { Group } from './conditions.ts';

export const GROUPS: readonly Group[] = ['near', 'hard', 'far'];

/** What a decoder puts on the display. */
export function onGlass(file: Uint8Array): GreyImage {
  const { data, width, height } = jpeg.decode(file, { useTArray: true });
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4 + 1]) };
}

/**
 * The n-th picture of every pipeline is seen through the same lens with the same noise; no two pictures of one pipeline
 * are. (While all shared eight seeds, one speck in the black about the panel that jsQR took for a finder pattern
 * decided an eighth of all captures.)
 */
export async function captureReads(pictures: readonly Shown[], crew: CaptureCrew): Promise<Reads> {
  const each = await Promise.all(pictures.map((shown, n) => crew.look({ ...shown, seedOffset: n * SEEDS_APART })));
  const joined = (group: Group): Record<string, boolean[]> =>
    Object.fromEntries(
      Object.keys(each[0][group]).map((decoder) => [decoder, each.flatMap((reads) => reads[group][decoder])]),
    );
  return { near: joined('near'), hard: joined('hard'), far: joined('far') };
}

const SEEDS_APART = 97;

/** Standard deviations on either side that hold 95 %. */
const Z = 1.96;

/** Wilson's interval: with 95 % the true share lies within, 0…1. */
export function interval(reads: readonly boolean[]): readonly [low: number, high: number] {
  const of = reads.length;
  const share = shareOf(reads);
  const middle = share + (Z * Z) / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const scale = 1 + (Z * Z) / of;
  return [(middle - reach) / scale, (middle + reach) / scale];
}

export const shareOf = (reads: readonly boolean[]): number => reads.filter(Boolean).length / reads.length;

/**
 * How much more often one pipeline is read than the other, as a share of captures, and how far chance reaches either
 * way (95 %). Capture by capture, since both are seen through the same lens: only those that one of them misses tell
 * anything (McNemar).
 */
export function advantage(
  ours: readonly boolean[],
  theirs: readonly boolean[],
): { readonly share: number; readonly error: number } {
  const of = ours.length;
  const [won, lost] = [true, false].map((mine) => ours.filter((read, i) => read === mine && theirs[i] !== mine).length);
  const share = (won - lost) / of;
  return { share, error: (Z * Math.sqrt(won + lost - (won - lost) ** 2 / of)) / of };
}
