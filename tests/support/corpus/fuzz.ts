/** What a broken or hostile web app may send as qr_image: the same for the same index. */
import { crc32, deflateSync } from 'node:zlib';
import { drawCode } from './codes.ts';
import { blank, paintCode, toDataUri } from './paint.ts';
import { greyProgressiveJpeg, progressiveJpeg } from './progressive.ts';
import { Dice } from './random.ts';

interface Seed {
  readonly mime: string;
  readonly bytes: Uint8Array;
}

const bytesOf = (dataUri: string): Uint8Array => Buffer.from(dataUri.slice(dataUri.indexOf(',') + 1), 'base64');

/** Bytes of 64 x 64 grey px in the seven passes of an interlaced PNG, each row with its filter's byte. */
const INTERLACED_64 = 64 * 64 + 8 + 8 + 8 + 16 + 16 + 32 + 32;

/** Small files that the mutations start from: all but two are sound, one of these says too much and one breaks off. */
export async function fuzzSeeds(): Promise<readonly Seed[]> {
  const modules = await drawCode('uqr', 'https://pay.example.com/fuzz', 'M');
  const code = paintCode(modules, { sizePx: 132, quiet: 2 });
  const clear = paintCode(modules, { sizePx: 100, quiet: 1, light: 'transparent' });
  return [
    { mime: 'image/png', bytes: bytesOf(toDataUri(code)) },
    { mime: 'image/png', bytes: bytesOf(toDataUri(clear)) },
    { mime: 'image/png', bytes: bytesOf(toDataUri(blank(9, 3, [1, 2, 3]))) },
    { mime: 'image/jpeg', bytes: bytesOf(toDataUri(code, 70)) },
    { mime: 'image/jpeg', bytes: bytesOf(toDataUri(blank(16, 40, [200, 10, 10]), 20)) },
    { mime: 'image/jpeg', bytes: progressiveJpeg(400, 400, 200) },
    { mime: 'image/jpeg', bytes: greyProgressiveJpeg(120, 80) },
    { mime: 'image/png', bytes: pngOf(64, 64, deflateSync(Buffer.alloc(INTERLACED_64)), 1) },
    { mime: 'image/png', bytes: pngOf(64, 64, deflateSync(Buffer.alloc(INTERLACED_64)).subarray(0, 12), 1) },
  ];
}

/** A grey PNG whose header says any size, with as little or as much inside as its maker likes. */
export function pngOf(width: number, height: number, inside: Uint8Array, interlace: 0 | 1 = 0): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, interlace], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', inside), chunk('IEND', Buffer.alloc(0))]);
}

/** A JPEG whose frame header claims this size. */
function jpegClaiming(seed: Uint8Array, width: number, height: number): Uint8Array {
  const file = Uint8Array.from(seed);
  for (let at = 2; at + 9 < file.length; at += 2 + (((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0)))
    if (file[at + 1] === 0xc0) {
      file.set([height >> 8, height & 255, width >> 8, width & 255], at + 5);
      break;
    }
  return file;
}

const BOMB_PIXELS = deflateSync(Buffer.alloc(4_000_000));
const OVERSIZE_PIXELS = deflateSync(Buffer.alloc(100_000_000));
const LARGEST_PIXELS = deflateSync(Buffer.alloc(4_000 * 4_001));
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>';
const GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const uri = (mime: string, bytes: Uint8Array): string => `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`;

const FUZZ_KINDS = [
  'cut', 'flipped', 'spliced', 'bomb', 'interlaced bomb', 'many scans', 'claim', 'mistyped', 'other kind', 'no base64', 'noise', 'repeated chunk', 'zeros',
] as const; // prettier-ignore
type FuzzKind = (typeof FUZZ_KINDS)[number];

export function fuzzInput(
  index: number,
  seeds: readonly Seed[],
): { readonly kind: FuzzKind; readonly dataUri: string } {
  const dice = new Dice(index + 1);
  const kind = FUZZ_KINDS[index % FUZZ_KINDS.length] ?? 'cut';
  const { mime, bytes } = dice.pick(seeds);
  return { kind, dataUri: fuzzed(kind, dice, mime, bytes) };
}

function fuzzed(kind: FuzzKind, dice: Dice, mime: string, bytes: Uint8Array): string {
  const file = Uint8Array.from(bytes);
  const place = (): number => dice.whole(0, file.length - 1);
  switch (kind) {
    case 'cut':
      return uri(mime, file.subarray(0, place()));
    case 'flipped':
      for (let i = dice.whole(1, 12); i > 0; i--) file[place()] = dice.whole(0, 255);
      return uri(mime, file);
    case 'spliced': {
      const [from, to] = [place(), place()];
      return uri(mime, Buffer.concat([file.subarray(0, from), file.subarray(to)]));
    }
    case 'bomb':
      // As large as is taken: it must be carried, not refused.
      if (dice.next() < 0.004) return uri('image/png', pngOf(4_000, 4_000, LARGEST_PIXELS));
      return uri('image/png', pngOf(dice.whole(4_000, 60_000), dice.whole(4_001, 20_000), BOMB_PIXELS));
    case 'interlaced bomb':
      return uri('image/png', pngOf(dice.whole(1, 64), dice.whole(1, 64), OVERSIZE_PIXELS, 1));
    case 'many scans':
      return uri('image/jpeg', progressiveJpeg(dice.whole(8, 4_000), dice.whole(8, 4_000), dice.whole(65, 4_000)));
    case 'claim':
      return mime === 'image/png'
        ? uri(mime, pngOf(dice.whole(0, 400), dice.whole(0, 400), deflateSync(file.subarray(0, place()))))
        : uri(
            mime,
            jpegClaiming(file, dice.pick([0, 1, 7, 64, 500, 20_000, 65_535]), dice.pick([0, 1, 9, 300, 20_000])),
          );
    case 'mistyped':
      // Whole files become pictures, which takes a hundred times longer than a refusal.
      return uri(
        dice.pick(['image/png', 'image/jpeg', 'image/jpg', 'IMAGE/PNG']),
        dice.next() < 0.15 ? file : file.subarray(0, place()),
      );
    case 'other kind':
      return dice.pick([
        uri('image/svg+xml', Buffer.from(SVG)),
        uri('image/png', Buffer.from(SVG)),
        `data:image/gif;base64,${GIF}`,
        `data:image/png;base64,${GIF}`,
        uri('image/webp', file),
        uri('text/html', file),
        `data:image/png,${encodeURIComponent(SVG)}`,
        'https://example.com/qr.png',
        'javascript:alert(1)',
        'file:///etc/hostname',
        '',
        'data:',
      ]);
    case 'no base64':
      return `data:${mime};base64,${Buffer.from(file).toString('base64').slice(0, place())}${dice.pick(['%', 'é', '====', '\u0000', ' \n', '-_'])}`;
    case 'noise':
      return uri(
        mime,
        Uint8Array.from({ length: dice.whole(0, 3_000) }, () => dice.whole(0, 255)),
      );
    case 'repeated chunk': {
      const [from, to] = [place(), place()].sort((a, b) => a - b) as [number, number];
      const part = file.subarray(from, to);
      return uri(mime, Buffer.concat([file.subarray(0, to), ...Array.from({ length: dice.whole(1, 30) }, () => part)]));
    }
    case 'zeros':
      file.fill(0, place());
      return uri(mime, file);
  }
}
