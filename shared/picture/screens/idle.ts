/**
 * What the counter shows all day where the site gave no logo: a sun over water. Nothing in it looks like a code to be
 * scanned.
 */
import { BLACK, Bitmap, WHITE } from '../bitmap.ts';
import { cover, disc, roundedBox } from '../shapes.ts';

/** In px, on the grid of the JPEG's blocks. */
const CENTRE_X = 160;
const HORIZON_Y = 240;
const RADIUS = 56;
/** Below the horizon, each shorter than the one above. */
const WAVES = [208, 144, 80] as const;
const WAVE_THICKNESS = 8;
const WAVE_PITCH = 24;

export function idleScreen(): Bitmap {
  const bitmap = new Bitmap();
  cover(bitmap, disc(CENTRE_X, HORIZON_Y, RADIUS), BLACK);
  bitmap.fill(0, HORIZON_Y, bitmap.width, bitmap.height - HORIZON_Y, WHITE);
  for (const [i, width] of WAVES.entries()) {
    const y = HORIZON_Y + WAVE_THICKNESS + i * WAVE_PITCH;
    cover(bitmap, roundedBox(CENTRE_X - width / 2, y, width, WAVE_THICKNESS, WAVE_THICKNESS / 2), BLACK);
  }
  return bitmap;
}
