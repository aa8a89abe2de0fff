/**
 * Chance for a decision that is run again whenever it looks at what was not read yet: it has to throw the same numbers again, or what it
 * looks up by chance (a free pairing code) would never be what was read.
 */
export function replayableRandom(randomInt: (below: number) => number): () => (below: number) => number {
  const thrown: number[] = [];
  return () => {
    let next = 0;
    return (below) => (thrown[next++] ??= randomInt(below));
  };
}
