/**
 * Twenty-four ways to hold a phone in front of the panel, in three groups of eight. Spread evenly, not drawn by chance.
 */
import { randomNumbers, type Condition } from './capture.ts';

export type Group = 'near' | 'hard' | 'far';

interface Range {
  readonly scale: readonly [number, number];
  readonly tiltDegrees: number;
  readonly rollDegrees: number;
  readonly blurPx: readonly [number, number];
  readonly glare: readonly [number, number];
  readonly white: readonly [number, number];
  readonly noise: readonly [number, number];
}

/**
 * Scale: a 1080-pixel-wide video frame of a 3.5-inch panel (49 mm, 320 pixels) has about 2.5 camera pixels for each of
 * the panel's at 11 cm and 0.8 at 35 cm. Noise is what a phone leaves in a video frame after its own smoothing.
 */
const RANGES: Readonly<Record<Group, Range>> = {
  // In the hand in front of it, good light.
  near: { scale: [1.7, 2.3], tiltDegrees: 4, rollDegrees: 5, blurPx: [0.7, 1.5], glare: [0, 0.1], white: [0.8, 1], noise: [0.5, 2] },
  // Tilted, out of focus, a window's glare on the display, a dim picture with noise.
  hard: { scale: [1.2, 1.6], tiltDegrees: 8, rollDegrees: 12, blurPx: [1, 1.7], glare: [0.05, 0.25], white: [0.5, 0.9], noise: [1, 3.5] },
  // From across the counter.
  far: { scale: [0.6, 0.9], tiltDegrees: 7, rollDegrees: 5, blurPx: [0.5, 0.8], glare: [0, 0.15], white: [0.6, 1], noise: [0.5, 2.5] },
}; // prettier-ignore

const EACH = 8;
const between = ([from, to]: readonly [number, number], share: number): number => from + (to - from) * share;

/** Each property runs through its range in an order of its own, so that no two conditions differ in one thing alone. */
function conditionsOf(group: Group): Condition[] {
  const range = RANGES[group];
  return Array.from({ length: EACH }, (_, i) => {
    const share = (stride: number, start: number): number => ((i * stride + start) % EACH) / (EACH - 1);
    const signed = (most: number, stride: number, start: number): number => most * (2 * share(stride, start) - 1);
    return {
      name: `${group}-${i + 1}`,
      scale: between(range.scale, share(1, 0)),
      yawDegrees: signed(range.tiltDegrees, 3, 1),
      pitchDegrees: signed(range.tiltDegrees, 5, 3),
      rollDegrees: signed(range.rollDegrees, 7, 2),
      blurPx: between(range.blurPx, share(3, 5)),
      glare: between(range.glare, share(5, 0)),
      white: between(range.white, share(7, 6)),
      noise: between(range.noise, share(5, 4)),
      seed: 1000 + i,
    };
  });
}

/**
 * The same, held a little differently for each code. Eight fixed ways are eight tries for whatever depends on where
 * modules fall on the camera's pixels, however many codes are seen: a code that is placed 4 px further down may gain or
 * lose an eighth of all by it.
 */
export function shaken(condition: Condition, seedOffset: number): Condition {
  const random = randomNumbers(condition.seed * 7_919 + seedOffset);
  const about = (reach: number): number => reach * (2 * random() - 1);
  return {
    ...condition,
    scale: condition.scale * (1 + about(0.03)),
    yawDegrees: condition.yawDegrees + about(1),
    pitchDegrees: condition.pitchDegrees + about(1),
    rollDegrees: condition.rollDegrees + about(1.5),
  };
}

export const CONDITIONS: Readonly<Record<Group, readonly Condition[]>> = {
  near: conditionsOf('near'),
  hard: conditionsOf('hard'),
  far: conditionsOf('far'),
};
