/** Files that every browser shows, in forms that web apps did not expect anybody to mind; each holds the same code. */
import { crc32, deflateSync } from 'node:zlib';
import { drawCode, type Modules } from './codes.ts';
import { withOrientation } from './oriented.ts';
import { paintCode, toDataUri, type Picture } from './paint.ts';

export interface BrowserFile {
  readonly name: (typeof BROWSER_FILES)[number];
  readonly dataUri: string;
}

export const BROWSER_FILE_TEXT = 'https://pay.example.com/i/8f3a9c2e?amount=1200.50';

export const BROWSER_FILES = [
  'bytes after the last chunk',
  'dark on transparency',
  'white on transparency',
  'JPEG labelled PNG',
  'PNG labelled JPEG',
  'RGB JPEG by its component ids',
  'RGB JPEG by an Adobe segment',
  'JPEG held sideways',
  'one bit a pixel',
  'two bits of grey',
  'sixteen bits a sample',
  'grey with alpha',
  'palette',
  'palette with a clear colour',
  'one clear colour',
  'one pixel a module',
  'hardly any white around',
  'base64 in lines',
  'base64 with a final newline',
] as const;

const bytesOf = (dataUri: string): Buffer => Buffer.from(dataUri.slice(dataUri.indexOf(',') + 1), 'base64');
const uriOf = (bytes: Uint8Array, mime = 'image/png'): string =>
  `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`;

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

interface PngForm {
  readonly depth: 1 | 2 | 4 | 8 | 16;
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  /** Samples of a dark and of a light pixel. */
  readonly dark: readonly number[];
  readonly light: readonly number[];
  readonly extras?: readonly (readonly [type: string, data: readonly number[]])[];
  readonly filter?: 0 | 1 | 2;
}

/** Four pixels a module, four modules of white around. */
function pngOfForm(modules: Modules, { depth, colourType, dark, light, extras = [], filter = 0 }: PngForm): Uint8Array {
  const side = (modules.length + 8) * 4;
  const bytes = Math.ceil((side * depth * dark.length) / 8);
  const rows: Buffer[] = [];
  for (let y = 0; y < side; y++) {
    const bits: string[] = [];
    for (let x = 0; x < side; x++) {
      const isDark = modules[Math.floor(y / 4) - 4]?.[Math.floor(x / 4) - 4] === true;
      for (const sample of isDark ? dark : light) bits.push(sample.toString(2).padStart(depth, '0'));
    }
    const text = bits.join('').padEnd(bytes * 8, '0');
    const row = Buffer.from(Array.from({ length: bytes }, (_, i) => parseInt(text.slice(i * 8, i * 8 + 8), 2)));
    rows.push(row);
  }
  const pixelBytes = Math.max(1, (depth * dark.length) >> 3);
  const filtered = rows.map((row, y) => {
    const before = filter === 1 ? (i: number) => row[i - pixelBytes] : (i: number) => rows[y - 1]?.[i];
    return Buffer.from([filter, ...(filter === 0 ? row : row.map((value, i) => value - (before(i) ?? 0)))]);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([depth, colourType, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...extras.map(([type, data]) => chunk(type, Uint8Array.from(data))),
    chunk('IDAT', deflateSync(Buffer.concat(filtered))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The same planes, called R, G and B: black is (0, 128, 128) then. @param adobe a segment that says so, too */
export function asRgbJpeg(jpeg: Uint8Array, adobe: boolean): Uint8Array {
  const file = Buffer.from(jpeg);
  const parts: Uint8Array[] = [file.subarray(0, 2)];
  if (adobe) parts.push(Buffer.from([0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 0]));
  for (let at = 2; at + 4 <= file.length;) {
    const [marker, length] = [file[at + 1] ?? 0, file.readUInt16BE(at + 2)];
    const first = marker === 0xc0 ? at + 10 : at + 5;
    const step = marker === 0xc0 ? 3 : 2;
    if (!adobe && (marker === 0xc0 || marker === 0xda)) [...'RGB'].forEach((id, i) => (file[first + i * step] = id.charCodeAt(0)));
    if (marker === 0xda) return Buffer.concat([...parts, file.subarray(at)]);
    // JFIF says YCbCr, whatever else is said.
    if (marker !== 0xe0) parts.push(file.subarray(at, at + 2 + length));
    at += 2 + length;
  }
  throw new Error('A JPEG without a scan');
} // prettier-ignore

/** White where the code is dark, on nothing: what a page in dark colours shows. */
function whiteOnNothing({ width, height, data }: Picture): Picture {
  const white = Uint8Array.from(data, (value, i) => (i % 4 === 3 ? value : 255));
  return { width, height, data: white };
}

export async function browserFiles(): Promise<readonly BrowserFile[]> {
  const modules = await drawCode('zint', BROWSER_FILE_TEXT, 'M');
  const code = paintCode(modules, { sizePx: 264, quiet: 4 });
  const clear = paintCode(modules, { sizePx: 264, quiet: 4, light: 'transparent' });
  const png = bytesOf(toDataUri(code));
  const jpeg = bytesOf(toDataUri(code, 90));
  const form = (parts: PngForm): string => uriOf(pngOfForm(modules, parts));
  return [
    { name: 'bytes after the last chunk', dataUri: uriOf(Buffer.concat([png, Buffer.from('\n<!-- cached -->\n')])) },
    { name: 'dark on transparency', dataUri: toDataUri(clear) },
    { name: 'white on transparency', dataUri: toDataUri(whiteOnNothing(clear)) },
    { name: 'JPEG labelled PNG', dataUri: uriOf(jpeg) },
    { name: 'PNG labelled JPEG', dataUri: uriOf(png, 'image/jpeg') },
    { name: 'RGB JPEG by its component ids', dataUri: uriOf(asRgbJpeg(jpeg, false), 'image/jpeg') },
    { name: 'RGB JPEG by an Adobe segment', dataUri: uriOf(asRgbJpeg(jpeg, true), 'image/jpeg') },
    { name: 'JPEG held sideways', dataUri: uriOf(withOrientation(jpeg, 6), 'image/jpeg') },
    { name: 'one bit a pixel', dataUri: form({ depth: 1, colourType: 0, dark: [0], light: [1] }) },
    { name: 'two bits of grey', dataUri: form({ depth: 2, colourType: 0, dark: [0], light: [3], filter: 1 }) },
    { name: 'sixteen bits a sample', dataUri: form({ depth: 16, colourType: 2, dark: [9, 9, 9], light: [65_000, 65_000, 65_000], filter: 2 }) },
    { name: 'grey with alpha', dataUri: form({ depth: 8, colourType: 4, dark: [0, 255], light: [255, 0] }) },
    { name: 'palette', dataUri: form({ depth: 4, colourType: 3, dark: [2], light: [1], extras: [['PLTE', [1, 2, 3, 250, 250, 250, 20, 20, 90]]] }) },
    { name: 'palette with a clear colour', dataUri: form({ depth: 1, colourType: 3, dark: [0], light: [1], extras: [['PLTE', [10, 10, 10, 10, 10, 10]], ['tRNS', [255, 0]]] }) },
    { name: 'one clear colour', dataUri: form({ depth: 8, colourType: 2, dark: [0, 0, 0], light: [0, 0, 9], extras: [['tRNS', [0, 0, 0, 0, 0, 9]]] }) },
    { name: 'one pixel a module', dataUri: toDataUri(paintCode(modules, { sizePx: modules.length + 8, quiet: 4 })) },
    { name: 'hardly any white around', dataUri: toDataUri(paintCode(modules, { sizePx: (modules.length + 2) * 5, quiet: 1 })) },
    // As MIME encoders write it: lines of 76.
    { name: 'base64 in lines', dataUri: `data:image/png;base64,${png.toString('base64').replace(/.{76}/g, '$&\r\n')}` },
    { name: 'base64 with a final newline', dataUri: `${uriOf(png)}\n` },
  ]; // prettier-ignore
}
