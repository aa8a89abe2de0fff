/**
 * Outlines to coverage: for each edge the signed area that it cuts off to its right is added up, then a running sum
 * along each row is the share of every pixel that lies inside. Exact for straight edges; curves are split into few
 * enough of them not to be seen.
 */

interface Outline {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticTo(cx: number, cy: number, x: number, y: number): void;
  cubicTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void;
  close(): void;
}

const CURVE_STEPS = 8;

/** Coordinates in px, y down. What lies left or right of the sheet is cut off. */
export class CoverageSheet implements Outline {
  readonly #areas: Float32Array;
  #startX = 0;
  #startY = 0;
  #x = 0;
  #y = 0;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    // One column more, so that an edge in the last pixel may write to the next.
    this.#areas = new Float32Array((width + 2) * height);
  }

  moveTo(x: number, y: number): void {
    this.close();
    [this.#startX, this.#startY, this.#x, this.#y] = [x, y, x, y];
  }

  lineTo(x: number, y: number): void {
    this.#edge(this.#x, this.#y, x, y);
    [this.#x, this.#y] = [x, y];
  }

  quadraticTo(cx: number, cy: number, x: number, y: number): void {
    const [fromX, fromY] = [this.#x, this.#y];
    for (let step = 1; step <= CURVE_STEPS; step++) {
      const t = step / CURVE_STEPS;
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
      this.lineTo(a * fromX + b * cx + c * x, a * fromY + b * cy + c * y);
    }
  }

  cubicTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    const [fromX, fromY] = [this.#x, this.#y];
    for (let step = 1; step <= CURVE_STEPS; step++) {
      const t = step / CURVE_STEPS;
      const [p, q, r, s] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
      this.lineTo(p * fromX + q * ax + r * bx + s * x, p * fromY + q * ay + r * by + s * y);
    }
  }

  close(): void {
    if (this.#x !== this.#startX || this.#y !== this.#startY) this.lineTo(this.#startX, this.#startY);
  }

  /** 0 outside … 255 inside, row by row. */
  coverage(): Uint8Array {
    const { width, height } = this;
    const inside = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      let sum = 0;
      for (let column = 0; column < width; column++) {
        sum += this.#areas[row * (width + 2) + column];
        inside[row * width + column] = Math.round(255 * Math.min(1, Math.abs(sum)));
      }
    }
    return inside;
  }

  #edge(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    const direction = y0 < y1 ? 1 : -1;
    const [topX, topY, bottomX, bottomY] = y0 < y1 ? [x0, y0, x1, y1] : [x1, y1, x0, y0];
    const slope = (bottomX - topX) / (bottomY - topY);
    const last = Math.min(this.height, Math.ceil(bottomY));
    for (let row = Math.max(0, Math.floor(topY)); row < last; row++) {
      const from = Math.max(topY, row);
      const to = Math.min(bottomY, row + 1);
      if (to > from)
        this.#rowEdge(row, direction * (to - from), topX + (from - topY) * slope, topX + (to - topY) * slope);
    }
  }

  /** An edge within one row, from `xa` to `xb`, whose height times its direction is `rise`. */
  #rowEdge(row: number, rise: number, xa: number, xb: number): void {
    const left = Math.min(Math.max(0, Math.min(xa, xb)), this.width);
    const right = Math.min(Math.max(0, Math.max(xa, xb)), this.width);
    const base = row * (this.width + 2);
    const first = Math.floor(left);
    if (right <= first + 1) {
      const middle = (left + right) / 2 - first;
      this.#areas[base + first] += rise * (1 - middle);
      this.#areas[base + first + 1] += rise * middle;
      return;
    }
    // The running sum must rise from 0 to `rise` over the pixels that the edge crosses; `areaTo(x)` is its integral.
    const areaTo = (x: number): number =>
      x <= left ? 0 : x >= right ? x - (left + right) / 2 : (x - left) ** 2 / (2 * (right - left));
    let before = 0;
    for (let column = first; column < Math.ceil(right) + 1; column++) {
      const share = areaTo(column + 1) - areaTo(column);
      this.#areas[base + column] += rise * (share - before);
      before = share;
    }
  }
}
