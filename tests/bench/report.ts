/** How a figure is printed: what was measured, what came out, what it should be at the most (or least). */
export function figure(what: string, got: string, goal = ''): void {
  console.log(`${what.padEnd(64)} ${got.padEnd(34)} ${goal}`.trimEnd());
}
