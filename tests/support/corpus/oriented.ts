/**
 * Photographs that say how to be held, as phones write them: an Exif segment with the one tag, put behind the file's
 * first two bytes.
 */
export const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

export function withOrientation(jpeg: Uint8Array, orientation: number, order: 'little' | 'big' = 'big'): Uint8Array {
  const little = order === 'little';
  const segment = new DataView(new ArrayBuffer(4 + 6 + 26));
  segment.setUint16(0, 0xffe1);
  segment.setUint16(2, segment.byteLength - 2);
  segment.setUint32(4, 0x45786966);
  // TIFF: byte order, 42, where the directory begins; one entry of one short; no other directory.
  segment.setUint16(10, little ? 0x4949 : 0x4d4d);
  segment.setUint16(12, 42, little);
  segment.setUint32(14, 8, little);
  segment.setUint16(18, 1, little);
  segment.setUint16(20, 274, little);
  segment.setUint16(22, 3, little);
  segment.setUint32(24, 1, little);
  segment.setUint16(28, orientation, little);
  return Buffer.concat([jpeg.subarray(0, 2), new Uint8Array(segment.buffer), jpeg.subarray(2)]);
}
