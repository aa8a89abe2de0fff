import { describe, expect, it } from 'vitest';
import { progressiveJpeg } from '../../tests/support/corpus/progressive.ts';
import { checkSize } from './decode/size-limit.ts';
import { fileOf } from './image-file.ts';

const codeOf = (dataUri: string): string => {
  try {
    return fileOf(dataUri).mime;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** A PNG header that claims a size; nothing behind it. */
function pngHeader(width: number, height: number): Uint8Array {
  const file = new Uint8Array(33);
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(file.buffer).setUint32(16, width);
  new DataView(file.buffer).setUint32(20, height);
  return file;
}

const uri = (bytes: Uint8Array, mime = 'image/png'): string =>
  `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`;

describe('fileOf', () => {
  it.each([
    ['a PNG', uri(pngHeader(300, 300)), 'image/png'],
    ['a PNG that calls itself a JPEG', uri(pngHeader(300, 300), 'image/jpeg'), 'image/png'],
    ['a bomb', uri(pngHeader(20_000, 20_000)), 'image_too_large'],
    ['a strip', uri(pngHeader(20_000, 1)), 'image_too_large'],
    ['no pixels', uri(pngHeader(0, 5)), 'not_an_image'],
    ['half a header', uri(pngHeader(300, 300).subarray(0, 18)), 'not_an_image'],
    ['a JPEG without a frame', uri(Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]), 'image/jpeg'), 'not_an_image'],
    ['an SVG', 'data:image/svg+xml;base64,PHN2Zy8+', 'unsupported_image'],
    ['an SVG in a PNG’s clothes', 'data:image/png;base64,PHN2Zy8+', 'not_an_image'],
    ['a GIF', 'data:image/gif;base64,R0lGODlh', 'unsupported_image'],
    ['a page', 'data:text/html;base64,PGI+', 'not_an_image'],
    ['text that is not base64', 'data:image/png;base64,%%%', 'not_an_image'],
    ['an address', 'https://example.com/a.png', 'not_an_image'],
    ['nothing', '', 'not_an_image'],
    ['more than 2 MB', `data:image/png;base64,${'A'.repeat(2_000_000)}`, 'image_too_large'],
  ])('%s', (_, dataUri, outcome) => {
    expect(codeOf(dataUri)).toBe(outcome);
  });

  it.each([
    [64, 'image/jpeg'],
    [65, 'image_too_large'],
  ])('a progressive JPEG of %i scans: %s', (scans, outcome) => {
    expect(codeOf(uri(progressiveJpeg(4_000, 4_000, scans), 'image/jpeg'))).toBe(outcome);
  });

  it('does not run past the end of a JPEG whose segments lie about their length', () => {
    const file = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0, 0, 0, 0, 0, 0]);
    expect(() => checkSize(file, 'image/jpeg')).toThrow(expect.objectContaining({ code: 'not_an_image' }) as Error);
  });
});
