/** The reference loop itself, without anything of Node, so that a browser's worker runs the same. */
export const STEPS = 180_000_000;

export function xorshift(steps: number): number {
  let state = 0x9e3779b9 | 0;
  for (let i = 0; i < steps; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
