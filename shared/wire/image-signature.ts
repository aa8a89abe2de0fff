/** What a file is by its first bytes. */
export type ImageMime = 'image/png' | 'image/jpeg';

const PNG_SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Start of image, and the first byte of the marker that follows (ITU-T T.81, B.1.1.3). */
const JPEG_SIGNATURE: readonly number[] = [0xff, 0xd8, 0xff];

const startsWith = (file: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, index) => file[index] === byte);

/** `undefined`: neither a PNG nor a JPEG. */
export function imageMimeOf(file: Uint8Array): ImageMime | undefined {
  if (startsWith(file, PNG_SIGNATURE)) return 'image/png';
  return startsWith(file, JPEG_SIGNATURE) ? 'image/jpeg' : undefined;
}
