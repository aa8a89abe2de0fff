/**
 * A code that was read is drawn anew from what it says: exact modules without the logo, the tint and the JPEG dirt of the picture
 * that it came in.
 */
import { encode } from 'uqr';
import type { FoundCode } from './reader.ts';
import { difference, matrixOf, type QrMatrix, type QrSymbol } from './symbol.ts';

/** Beyond this share of differing modules the new drawing is another code that happens to say the same. */
const MOST_DIFFERENCE = 0.12;

export function rebuild(found: FoundCode): QrSymbol {
  const { version, ecc, payload } = found;
  return { matrix: redrawn(found) ?? found.matrix, version, ecc, payload };
}

function redrawn({ payload, text, version, ecc, mask, matrix }: FoundCode): QrMatrix | undefined {
  let best: { matrix: QrMatrix; difference: number } | undefined;
  for (const data of [text, Array.from(payload)]) {
    const drawn = draw(data, { minVersion: version, maxVersion: version, ecc, maskPattern: mask });
    if (!drawn) continue;
    const share = difference(drawn, matrix);
    if (!best || share < best.difference) best = { matrix: drawn, difference: share };
  }
  return best && best.difference <= MOST_DIFFERENCE ? best.matrix : undefined;
}

function draw(data: string | number[], options: Parameters<typeof encode>[1]): QrMatrix | undefined {
  try {
    return matrixOf(encode(data, { ...options, border: 0 }).data);
  } catch {
    // It does not fit this version in this mode: the original was packed otherwise.
    return undefined;
  }
}
