/**
 * Random numbers that repeat when a decision runs again because a record was not read yet. With new numbers, the record
 * that it looks up by chance (a free pairing code) would never be the one that was read.
 */
export function replayableRandom(randomInt: (below: number) => number): () => (below: number) => number {
  const drawn: number[] = [];
  return () => {
    let next = 0;
    return (below) => (drawn[next++] ??= randomInt(below));
  };
}
