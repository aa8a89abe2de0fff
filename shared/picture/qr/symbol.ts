/** A QR code as modules, without any size in pixels. */

export const ECC_LEVELS = ['L', 'M', 'Q', 'H'] as const;
export type EccLevel = (typeof ECC_LEVELS)[number];

export interface QrMatrix {
  /** Modules on one side: 17 + 4 x version. */
  readonly size: number;
  /** 1 is dark; row by row. */
  readonly dark: Uint8Array;
}

export interface QrSymbol {
  readonly matrix: QrMatrix;
  readonly version: number;
  readonly ecc: EccLevel;
  /** What it says, byte for byte. */
  readonly payload: Uint8Array;
  /** The same as a person reads it. */
  readonly text: string;
}

export function matrixOf(rows: readonly (readonly boolean[])[]): QrMatrix {
  const size = rows.length;
  const dark = new Uint8Array(size * size);
  rows.forEach((row, y) => row.forEach((isDark, x) => (dark[y * size + x] = isDark ? 1 : 0)));
  return { size, dark };
}

/** Share of modules that differ, 0…1; 1 where the sizes differ. */
export function difference(a: QrMatrix, b: QrMatrix): number {
  if (a.size !== b.size) return 1;
  let differing = 0;
  for (let i = 0; i < a.dark.length; i++) if (a.dark[i] !== b.dark[i]) differing++;
  return differing / a.dark.length;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
