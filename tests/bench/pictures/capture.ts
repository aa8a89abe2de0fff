/**
 * A phone's camera in front of the panel, simulated: what is on the display, in linear light, through a tilted lens,
 * out of focus, under glare and with sensor noise, to the grey picture that a decoder gets. Deterministic: a condition
 * carries its seed.
 */

export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** Row by row, 0…255, gamma-encoded as a screen shows and a camera stores it. */
  readonly data: Uint8Array;
}

export interface Condition {
  readonly name: string;
  /** Camera pixels for each panel pixel where the panel is nearest. */
  readonly scale: number;
  /** Turned out of the camera's plane about the panel's vertical and horizontal middle line, and within the plane. */
  readonly yawDegrees: number;
  readonly pitchDegrees: number;
  readonly rollDegrees: number;
  /** Standard deviation of the lens blur in camera pixels. */
  readonly blurPx: number;
  /** Share of white that glare adds to black: 0 is a dark room, 0.4 a shop window. */
  readonly glare: number;
  /** Exposure: what white on the display becomes, 1 is full scale. */
  readonly white: number;
  /** Standard deviation of the sensor's noise, in 255ths. */
  readonly noise: number;
  readonly seed: number;
}

const GAMMA = 2.2;
const toLinear = Float32Array.from({ length: 256 }, (_, value) => (value / 255) ** GAMMA);
/** By 4095ths of full light. */
const fromLinear = Float32Array.from({ length: 4096 }, (_, light) => (light / 4095) ** (1 / GAMMA) * 255);
/** Distance of the camera in panel heights: near enough that a tilt is seen as perspective. */
const DISTANCE = 2.5;
/** Grey of what is around the panel: its black bezel. */
const BEZEL = 0.02;
const MARGIN_PX = 16;

export function capture(panel: GreyImage, condition: Condition): GreyImage {
  const view = viewOf(panel, condition);
  const light = blurred(exposed(panel, view, condition), view.width, view.height, condition.blurPx);
  return { width: view.width, height: view.height, data: sensed(light, condition) };
}

interface View {
  readonly width: number;
  readonly height: number;
  /**
   * Camera pixel (x, y) sees the panel at ((h0·x + h1·y + h2) / w, (h3·x + h4·y + h5) / w) with w = h6·x + h7·y + h8,
   * in panel pixels.
   */
  readonly homography: readonly number[];
}

/** Pinhole camera on the panel's axis. A camera ray meets the turned plane where a 2 x 2 system says. */
function viewOf(panel: GreyImage, { scale, yawDegrees, pitchDegrees, rollDegrees }: Condition): View {
  const [yaw, pitch, roll] = [yawDegrees, pitchDegrees, rollDegrees].map((degrees) => (degrees * Math.PI) / 180);
  const rotate = (x: number, y: number): Vector => {
    const [rx, ry] = [x * Math.cos(roll) - y * Math.sin(roll), x * Math.sin(roll) + y * Math.cos(roll)];
    const [px, pz] = [rx * Math.cos(yaw), rx * Math.sin(yaw)];
    return [px, ry * Math.cos(pitch) - pz * Math.sin(pitch), ry * Math.sin(pitch) + pz * Math.cos(pitch)];
  };
  const [ax, ay, az] = rotate(1, 0);
  const [bx, by, bz] = rotate(0, 1);
  const distance = DISTANCE * panel.height;
  const focus = distance * scale;
  const project = (x: number, y: number): readonly [number, number] => {
    const [px, py, pz] = rotate(x, y);
    return [(focus * px) / (distance + pz), (focus * py) / (distance + pz)];
  };
  const corners = [-1, 1].flatMap((sx) =>
    [-1, 1].map((sy) => project((sx * panel.width) / 2, (sy * panel.height) / 2)),
  );
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs) - MARGIN_PX, Math.min(...ys) - MARGIN_PX];
  return {
    width: Math.ceil(Math.max(...xs) + MARGIN_PX - left),
    height: Math.ceil(Math.max(...ys) + MARGIN_PX - top),
    homography: homographyOf([ax, ay, az], [bx, by, bz], { left, top, focus, distance }, panel),
  };
}

type Vector = readonly [number, number, number];

/**
 * Solves u·a + v·b = on the ray, for the panel's point (u, v); both are quotients of what is linear in the camera's
 * pixel.
 */
function homographyOf(
  [ax, ay, az]: Vector,
  [bx, by, bz]: Vector,
  { left, top, focus, distance }: { left: number; top: number; focus: number; distance: number },
  panel: GreyImage,
): number[] {
  const w = [ay * bz - az * by, az * bx - ax * bz, (ax * by - bx * ay) * focus];
  const u = [by * distance, -bx * distance, 0];
  const v = [-ay * distance, ax * distance, 0];
  const centred = (row: number[], middle: number): number[] => row.map((value, i) => value + middle * w[i]);
  const shifted = ([x, y, one]: number[]): number[] => [x, y, x * left + y * top + one];
  return [centred(u, panel.width / 2), centred(v, panel.height / 2), w].flatMap((row) => shifted(row));
}

/** Light on each camera pixel, as the mean of points spread over it. */
function exposed(panel: GreyImage, { width, height, homography }: View, { scale }: Condition): Float32Array {
  const points = scale < 1 ? 4 : 2;
  const [h0, h1, h2, h3, h4, h5, h6, h7, h8] = homography;
  const light = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < points; j++)
        for (let i = 0; i < points; i++) {
          const cx = x + (i + 0.5) / points;
          const cy = y + (j + 0.5) / points;
          const w = h6 * cx + h7 * cy + h8;
          const column = Math.floor((h0 * cx + h1 * cy + h2) / w);
          const row = Math.floor((h3 * cx + h4 * cy + h5) / w);
          const outside = column < 0 || row < 0 || column >= panel.width || row >= panel.height;
          sum += outside ? BEZEL : toLinear[panel.data[row * panel.width + column]];
        }
      light[y * width + x] = sum / points ** 2;
    }
  return light;
}

function blurred(light: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const reach = Math.ceil(sigma * 2.5);
  const weights = Array.from({ length: reach * 2 + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((a, b) => a + b);
  const kernel = Float32Array.from(weights, (weight) => weight / total);
  const pass = (from: Float32Array, step: number, length: number, lines: number, lineStep: number): Float32Array => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++)
      for (let at = 0; at < length; at++) {
        const start = line * lineStep;
        let sum = 0;
        for (let i = -reach; i <= reach; i++) {
          const near = at + i < 0 ? 0 : at + i >= length ? length - 1 : at + i;
          sum += kernel[i + reach] * from[start + near * step];
        }
        to[start + at * step] = sum;
      }
    return to;
  };
  return pass(pass(light, 1, width, height, width), width, height, width, 1);
}

function sensed(light: Float32Array, { glare, white, noise, seed }: Condition): Uint8Array {
  const random = randomNumbers(seed);
  const data = new Uint8Array(light.length);
  for (let i = 0; i < light.length; i++) {
    const lit = (light[i] * (1 - glare) + glare) * white;
    // The sum of four even numbers is near enough to a bell of deviation 1.
    const bell = (random() + random() + random() + random() - 2) * Math.sqrt(3);
    data[i] = Math.max(0, Math.min(255, Math.round(fromLinear[Math.round(lit * 4095)] + bell * noise)));
  }
  return data;
}

/** Mulberry32: small, and the same on every machine. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
