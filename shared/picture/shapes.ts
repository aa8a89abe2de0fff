/** Round shapes with soft edges, each given by its distance function (negative inside), in px. */
import type { Bitmap } from './bitmap.ts';

/** Distance from a point to the shape's edge. */
type Shape = (x: number, y: number) => number;

export const disc =
  (centreX: number, centreY: number, radius: number): Shape =>
  (x, y) =>
    Math.hypot(x - centreX, y - centreY) - radius;

/** A line of this thickness with round ends. */
export function stroke(fromX: number, fromY: number, toX: number, toY: number, thickness: number): Shape {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const length = dx * dx + dy * dy;
  return (x, y) => {
    const along = length === 0 ? 0 : ((x - fromX) * dx + (y - fromY) * dy) / length;
    const t = Math.min(1, Math.max(0, along));
    return Math.hypot(x - fromX - t * dx, y - fromY - t * dy) - thickness / 2;
  };
}

export function roundedBox(left: number, top: number, width: number, height: number, radius: number): Shape {
  const [centreX, centreY] = [left + width / 2, top + height / 2];
  return (x, y) => {
    const ax = Math.abs(x - centreX) - width / 2 + radius;
    const ay = Math.abs(y - centreY) - height / 2 + radius;
    return Math.hypot(Math.max(ax, 0), Math.max(ay, 0)) + Math.min(Math.max(ax, ay), 0) - radius;
  };
}

/** Covers the shape with this level of grey. */
export function cover(bitmap: Bitmap, shape: Shape, level: number): void {
  for (let row = 0; row < bitmap.height; row++)
    for (let column = 0; column < bitmap.width; column++) {
      const inside = Math.min(1, Math.max(0, 0.5 - shape(column + 0.5, row + 0.5)));
      if (inside === 0) continue;
      const at = row * bitmap.width + column;
      bitmap.grey[at] = Math.round(bitmap.grey[at] * (1 - inside) + level * inside);
    }
}
