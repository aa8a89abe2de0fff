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

/** Share 0…1 by group, then by decoder. */
export type Rates = Readonly<Record<Group, Readonly<Record<string, number>>>>;

/** What a decoder puts on the glass. */
export function onGlass(file: Uint8Array): GreyImage {
  const { data, width, height } = jpeg.decode(file, { useTArray: true });
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4 + 1]) };
}

export function captureRates(pictures: readonly Shown[]): Rates {
  const ratesOf = (group: Group): Record<string, number> => {
    const shots = pictures.flatMap(({ glass, text }) =>
      CONDITIONS[group].map((condition) => ({ image: capture(glass, condition), text })),
    );
    return Object.fromEntries(
      readers().available.map(({ name, readAll }) => {
        const read = readAll(shots.map(({ image }) => image));
        return [name, read.filter((text, i) => text === shots[i].text).length / shots.length];
      }),
    );
  };
  return { near: ratesOf('near'), hard: ratesOf('hard'), far: ratesOf('far') };
}
