/** Programs that read and write pictures, each asked by a picture. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, candidates, inFolder, refuses, says } from './ask.mjs';

/** One pixel as baseline JPEG, and what it decodes to. */
const PIXEL_JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRQBAwQEBQQFCQUFCRQN' +
    'Cw0UFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFP/AABEIAAEAAQMBEQACEQEDEQH/xAGiAAABBQEBAQEBAQAAAAAAAAAAAQIDBAUG' +
    'BwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp' +
    'anN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+gEAAwEBAQEBAQEBAQAAAAAAAAEC' +
    'AwQFBgcICQoLEQACAQIEBAMEBwUEBAABAncAAQIDEQQFITEGEkFRB2FxEyIygQgUQpGhscEJIzNS8BVictEKFiQ04SXxFxgZGiYnKCkqNTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNk' +
    'ZWZnaGlqc3R1dnd4eXqCg4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2dri4+Tl5ufo6ery8/T19vf4+fr/2gAMAwEAAhEDEQA/AOSr' +
    '8UP6oP8A/9k=',
  'base64',
);
const PIXEL = [199, 79, 40];
/** Decoders round differently. */
const TOLERANCE = 4;

/** A code of version 1 that says COUNTER QR, a row of 21 modules each. */
const CODE_TEXT = 'COUNTER QR';
const CODE =
  '1fcb7f 104e41 175b5d 174a5d 17455d 104141 1fd57f 001b00 1dfec4 12046e 19f513 1b284d 044d69 0012bf 1fdac9 105fa0 1752e7 17484e 17511d 105857 1fd971';

/** Whether this is a PPM of that one pixel. */
function isThePixel(ppm) {
  const header = /^P6\s+1\s+1\s+255\s/.exec(ppm.subarray(0, 32).toString('latin1'))?.[0];
  return (
    header !== undefined && PIXEL.every((value, at) => Math.abs((ppm[header.length + at] ?? 999) - value) <= TOLERANCE)
  );
}

const decodesThePixel = (program, argumentsFor, options) =>
  inFolder((folder) => {
    const path = join(folder, 'pixel.jpeg');
    writeFileSync(path, PIXEL_JPEG);
    return isThePixel(ask(program, argumentsFor(path), options).out);
  });

/** The code as a PGM, four pixels a module, with its quiet zone. */
function codeAsPgm() {
  const rows = CODE.split(' ').map((row) => parseInt(row, 16).toString(2).padStart(21, '0'));
  const side = (21 + 8) * 4;
  const pixels = Buffer.alloc(side * side, 255);
  for (let y = 0; y < 21 * 4; y++)
    for (let x = 0; x < 21 * 4; x++) if (rows[y >> 2][x >> 2] === '1') pixels[(y + 16) * side + x + 16] = 0;
  return Buffer.concat([Buffer.from(`P5\n${side} ${side}\n255\n`), pixels]);
}

const TO_PPM =
  'import sys; from PIL import Image; Image.open(sys.argv[1]).convert("RGB").save(sys.stdout.buffer, "PPM")';

export const PICTURE_TOOLS = [
  {
    // Version 7 calls itself magick and warns when it is called by the old name.
    name: 'ImageMagick',
    packages: ['imagemagick'],
    proof: 'turn a JPEG of one pixel into that pixel',
    candidates: () => [...candidates('magick'), ...candidates('convert')],
    check: (program) =>
      decodesThePixel(program, (path) => [path, '-depth', '8', 'ppm:-'])
        ? (says(/ImageMagick (\d[\d.-]*)/, program, ['-version']) ?? 'of an unknown version')
        : undefined,
  },
  {
    name: 'djpeg',
    packages: ['libjpeg-turbo-progs'],
    proof: 'turn a JPEG of one pixel into that pixel',
    check: (program) =>
      decodesThePixel(program, (path) => ['-dct', 'float', path])
        ? (says(/version (\d[\d.]*)/, program, ['-version']) ?? 'of an unknown version')
        : undefined,
  },
  {
    name: 'zbarimg',
    packages: ['zbar-tools'],
    proof: 'read a QR code',
    check: (program) =>
      inFolder((folder) => {
        const path = join(folder, 'code.pgm');
        writeFileSync(path, codeAsPgm());
        return ask(program, ['--quiet', '--raw', path]).out.toString().trim() === CODE_TEXT
          ? (says(/\d+\.\d[\d.]*/, program, ['--version']) ?? 'of an unknown version')
          : undefined;
      }),
  },
  {
    // Debian's own Python has Debian's python3-pil; one that a person put before it on the PATH often has not.
    name: 'Python with PIL',
    packages: ['python3-pil'],
    proof: 'turn a JPEG of one pixel into that pixel with PIL.Image',
    candidates: () => [...new Set([...candidates('python3'), ...candidates('python')])],
    check: (program) =>
      decodesThePixel(program, (path) => ['-c', TO_PPM, path])
        ? (says(/\d+\.\d[\d.]*/, program, ['-c', 'import PIL; print(PIL.__version__)']) ?? 'of an unknown version')
        : undefined,
  },
  {
    name: 'import',
    suite: 'long',
    packages: ['imagemagick'],
    proof: 'say that it is ImageMagick, and refuse a screen that is not there',
    check: (program) =>
      refuses(program, ['-display', ':65432', '-window', 'root', 'no.png'])
        ? says(/ImageMagick (\d[\d.-]*)/, program, ['-version'])
        : undefined,
  },
];
