/** The executable's icon as an .ico file, drawn by the same code that draws the notification area's icons. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { PNG } from 'pngjs';
import { root } from '../ready.mjs';

const SIZES = [16, 24, 32, 48, 64, 128, 256];

async function loadArt() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'tray/ui/icon-art.ts')],
    bundle: true,
    write: false,
    format: 'esm',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** ICONDIR, its entries, then one PNG each (Windows Vista and newer read PNG icons). */
export async function makeIco(colour = 'brand') {
  const { drawIcon } = await loadArt();
  const images = SIZES.map((size) => {
    const png = new PNG({ width: size, height: size });
    png.data = Buffer.from(drawIcon(size, colour));
    return PNG.sync.write(png);
  });
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach((image, index) => {
    const at = 6 + 16 * index;
    header.writeUInt8(SIZES[index] % 256, at);
    header.writeUInt8(SIZES[index] % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(image.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += image.length;
  });
  return Buffer.concat([header, ...images]);
}
