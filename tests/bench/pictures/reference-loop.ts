/**
 * What CPU time is given relative to, so that a figure means the same on a slow machine and on a busy one: steps of xorshift32, whole
 * numbers only, no memory. 180 million of them take 0.3 s of one core where the project was built.
 */
const STEPS = 180_000_000;

function xorshift(steps: number): number {
  let state = 0x9e3779b9 | 0;
  for (let i = 0; i < steps; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}

/** Milliseconds of CPU that `work` took in this process, its threads included. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export async function referenceLoopMs(): Promise<number> {
  xorshift(1_000_000);
  return cpuMs(() => xorshift(STEPS));
}
