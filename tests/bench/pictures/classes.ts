/**
 * Payment codes as web apps send them: PNG images of 300 px, level M, with the standard's quiet zone, by size of the
 * code.
 */
import QRCode from 'qrcode';
import { randomNumbers } from './capture.ts';

export interface Sample {
  readonly text: string;
  readonly version: number;
  /** What the web app sends. */
  readonly png: Uint8Array;
}

export interface SizeClass {
  readonly name: string;
  readonly versions: readonly number[];
  /** Mean bytes, at most (docs/picture.md); `fast` only where a code is drawn at 4 px. */
  readonly goal: { readonly crisp: number; readonly fast?: number };
}

export const SIZE_CLASSES: readonly SizeClass[] = [
  { name: 'short URL, version 2-4', versions: [2, 3, 4], goal: { crisp: 1500 } },
  { name: 'payment string, version 5', versions: [5], goal: { crisp: 1700 } },
  { name: 'version 8-9', versions: [8, 9], goal: { crisp: 3000, fast: 2500 } },
  { name: 'version 11-13', versions: [11, 12, 13], goal: { crisp: 4200, fast: 3400 } },
];

/** Bytes that a version holds at level M in byte mode (ISO/IEC 18004, table 7). */
const CAPACITY: Readonly<Record<number, number>> = {
  2: 26, 3: 42, 4: 62, 5: 84, 6: 106, 7: 122, 8: 152, 9: 180, 10: 213, 11: 251, 12: 287, 13: 331,
}; // prettier-ignore
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789-_';

/** @param count of each version of the class; text fills the code almost, so that no version is flattered by padding */
export async function samplesOf({ versions }: SizeClass, count: number): Promise<Sample[]> {
  const random = randomNumbers(versions[0]);
  const samples: Sample[] = [];
  for (const version of versions)
    for (let i = 0; i < count; i++) {
      const letter = (): string => LETTERS[Math.floor(random() * LETTERS.length)];
      const text = Array.from({ length: CAPACITY[version] - 15 - (i % 6) }, letter).join('');
      const url = `https://a.mu/${text}`;
      const png = await QRCode.toBuffer(url, { errorCorrectionLevel: 'M', version, width: 300, margin: 4 });
      samples.push({ text: url, version, png });
    }
  return samples;
}

/**
 * All codewords of a version, data and error correction (ISO/IEC 18004, table 1), from the modules that are left for
 * them.
 */
export function codewords(version: number): number {
  const alignment = version < 2 ? 0 : Math.floor(version / 7) + 2;
  const taken = version < 2 ? 0 : (25 * alignment - 10) * alignment - 55 + (version < 7 ? 0 : 36);
  return Math.floor(((16 * version + 128) * version + 64 - taken) / 8);
}
