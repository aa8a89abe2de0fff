/** In how many of the simulated captures of these pictures each decoder reads the right text. */
import jpeg from 'jpeg-js';
import { capture, type GreyImage } from './capture.ts';
import { CONDITIONS, type Group } from './conditions.ts';
import { readers } from './readers.ts';

export const GROUPS: readonly Group[] = ['near', 'hard', 'far'];

export interface Shown {
  /** As it stands on the glass. */
  readonly glass: GreyImage;
  readonly text: string;
}

export interface Rate {
  readonly read: number;
  readonly of: number;
}

/** By group, then by decoder. */
export type Rates = Readonly<Record<Group, Readonly<Record<string, Rate>>>>;

/** What a decoder puts on the glass. */
export function onGlass(file: Uint8Array): GreyImage {
  const { data, width, height } = jpeg.decode(file, { useTArray: true });
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4 + 1]) };
}

/**
 * The n-th picture of every pipeline is seen through the same lens with the same noise; no two pictures of one pipeline are. (While
 * all shared eight seeds, one speck in the black about the panel that jsQR took for an eye decided an eighth of all captures.)
 */
export function captureRates(pictures: readonly Shown[]): Rates {
  const ratesOf = (group: Group): Record<string, Rate> => {
    const shots = pictures.flatMap(({ glass, text }, n) =>
      CONDITIONS[group].map((condition) => ({
        image: capture(glass, { ...condition, seed: condition.seed + n * SEEDS_APART }),
        text,
      })),
    );
    return Object.fromEntries(
      readers().available.map(({ name, readAll }) => {
        const read = readAll(shots.map(({ image }) => image));
        return [name, { read: read.filter((text, i) => text === shots[i].text).length, of: shots.length }];
      }),
    );
  };
  return { near: ratesOf('near'), hard: ratesOf('hard'), far: ratesOf('far') };
}

const SEEDS_APART = 97;

/** Wilson's interval: with 95 % the true share lies within, 0…1. */
export function interval({ read, of }: Rate): readonly [low: number, high: number] {
  const z = 1.96;
  const share = read / of;
  const middle = share + (z * z) / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return [(middle - reach) / scale, (middle + reach) / scale];
}
