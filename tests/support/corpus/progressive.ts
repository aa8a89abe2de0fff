/**
 * Progressive JPEGs: of as many scans as one likes, a few bytes each, for which a decoder goes over every block; and a
 * sound one.
 */

const segment = (marker: number, data: readonly number[]): readonly number[] => [
  0xff,
  marker,
  (data.length + 2) >> 8,
  (data.length + 2) & 255,
  ...data,
];

/** A sound one of three scans, mid-grey all over. Width and height in px. */
export function greyProgressiveJpeg(width: number, height: number): Uint8Array {
  // Each block is one bit: no difference of its level, then no other coefficient.
  const bits = Array<number>(Math.ceil((Math.ceil(width / 8) * Math.ceil(height / 8)) / 8)).fill(0);
  const scans = [[0, 0], [1, 5], [6, 63]].flatMap(([from, to]) => [...segment(0xda, [1, 1, 0x00, from, to, 0]), ...bits]); // prettier-ignore
  return Uint8Array.from([...headOf(width, height), ...scans, 0xff, 0xd9]);
}

/** One grey component; each scan says again that the end of a band is near. */
export function progressiveJpeg(width: number, height: number, scans: number): Uint8Array {
  const scan = [...segment(0xda, [1, 1, 0x00, 1, 5, 0]), ...Array<number>(20).fill(0)];
  return Uint8Array.from([...headOf(width, height), ...Array.from({ length: scans }, () => scan).flat(), 0xff, 0xd9]);
}

function headOf(width: number, height: number): readonly number[] {
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  // One code of one bit, a direct-current table and an alternating one.
  const oneCode = [1, ...Array<number>(15).fill(0), 0];
  return [
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    ...segment(0xc2, [8, ...size, 1, 1, 0x11, 0]),
    ...segment(0xc4, [0x00, ...oneCode]),
    ...segment(0xc4, [0x10, ...oneCode]),
  ];
}
