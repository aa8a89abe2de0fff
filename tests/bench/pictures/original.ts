/**
 * The original pipeline that ours is measured against: the web app's QR image stretched to the whole display, JPEG
 * quality 85. Python's imaging library does it where it is there (Debian: python3-pil); otherwise our own bilinear
 * stretch and jpeg-js.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from '../../../shared/wire/display.ts';

const SCRIPT = `
import sys
from PIL import Image
for path in sys.argv[1:]:
    Image.open(path).convert("RGB").resize((${DISPLAY_WIDTH}, ${DISPLAY_HEIGHT})).save(path + ".jpeg", "JPEG", quality=85)
`;
import { findTool } from '../../support/requirements.ts';
import { removeFolder } from '../../support/remove-folder.ts';
const QUALITY = 85;

const withPillow = findTool('Python with PIL');

/** What makes the original's pictures in this run; to be printed with the figures. */
export const originalMaker =
  withPillow === undefined ? 'jpeg-js (python3-pil is not here)' : 'python3-pil: resize, quality 85';

/** @param pngs the images that the web app sends */
export function originalJpegs(pngs: readonly Uint8Array[]): Uint8Array[] {
  if (withPillow === undefined) return pngs.map((png) => stretched(png));
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-original-'));
  try {
    const paths = pngs.map((png, i) => {
      const path = join(folder, `${i}.png`);
      writeFileSync(path, png);
      return path;
    });
    const { status, stderr } = spawnSync(withPillow, ['-c', SCRIPT, ...paths], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`python3-pil: ${stderr}`);
    return paths.map((path) => readFileSync(`${path}.jpeg`));
  } finally {
    removeFolder(folder);
  }
}

function stretched(file: Uint8Array): Uint8Array {
  const png = PNG.sync.read(Buffer.from(file));
  const data = Buffer.alloc(DISPLAY_WIDTH * DISPLAY_HEIGHT * 4, 255);
  const at = (x: number, y: number): number =>
    png.data[(Math.min(png.height - 1, Math.max(0, y)) * png.width + Math.min(png.width - 1, Math.max(0, x))) * 4] ?? 0;
  for (let y = 0; y < DISPLAY_HEIGHT; y++)
    for (let x = 0; x < DISPLAY_WIDTH; x++) {
      const sx = ((x + 0.5) * png.width) / DISPLAY_WIDTH - 0.5;
      const sy = ((y + 0.5) * png.height) / DISPLAY_HEIGHT - 0.5;
      const [column, row] = [Math.floor(sx), Math.floor(sy)];
      const [dx, dy] = [sx - column, sy - row];
      const upper = at(column, row) * (1 - dx) + at(column + 1, row) * dx;
      const lower = at(column, row + 1) * (1 - dx) + at(column + 1, row + 1) * dx;
      data.fill(
        Math.round(upper * (1 - dy) + lower * dy),
        (y * DISPLAY_WIDTH + x) * 4,
        (y * DISPLAY_WIDTH + x) * 4 + 3,
      );
    }
  return jpeg.encode({ data, width: DISPLAY_WIDTH, height: DISPLAY_HEIGHT }, QUALITY).data;
}
