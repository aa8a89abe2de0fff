/** Optimal Huffman tables for a JPEG (ITU-T T.81, annex K.2): at most 16 bits a code, and no code of ones alone. */

export interface HuffmanTable {
  /** BITS: how many codes there are of each length 1…16. */
  readonly lengthCounts: readonly number[];
  /** HUFFVAL: symbols in order of their code. */
  readonly symbols: readonly number[];
  /** By symbol; length 0 where it has no code. */
  readonly lengths: Uint8Array;
  readonly codes: Uint16Array;
}

const MAX_LENGTH = 16;

/** @param counts how often each of the 256 symbols occurs; at least one must. */
export function huffmanTable(counts: ArrayLike<number>): HuffmanTable {
  const lengthCounts = limitLengths(codeLengthCounts(counts));
  const symbols = Array.from({ length: 256 }, (_, symbol) => symbol)
    .filter((symbol) => counts[symbol] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b);
  const lengths = new Uint8Array(256);
  const codes = new Uint16Array(256);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    for (let i = 0; i < lengthCounts[length - 1]; i++) {
      const symbol = symbols[next++];
      lengths[symbol] = length;
      codes[symbol] = code++;
    }
    code <<= 1;
  }
  return { lengthCounts, symbols, lengths, codes };
}

/** How many codes of each length the tree of these frequencies has, without the reserved code of ones. */
function codeLengthCounts(counts: ArrayLike<number>): number[] {
  interface Node {
    weight: number;
    leaves: number[];
  }
  // The extra leaf of weight 0 takes the longest code, which is the one of ones alone; it is left out below.
  const RESERVED = 256;
  const depths = new Map<number, number>([[RESERVED, 0]]);
  const nodes: Node[] = [{ weight: 0, leaves: [RESERVED] }];
  for (let symbol = 0; symbol < 256; symbol++)
    if (counts[symbol] > 0) {
      nodes.push({ weight: counts[symbol], leaves: [symbol] });
      depths.set(symbol, 0);
    }
  while (nodes.length > 1) {
    nodes.sort((a, b) => b.weight - a.weight);
    const [a, b] = [nodes.pop(), nodes.pop()] as [Node, Node];
    const leaves = [...a.leaves, ...b.leaves];
    for (const leaf of leaves) depths.set(leaf, (depths.get(leaf) ?? 0) + 1);
    nodes.push({ weight: a.weight + b.weight, leaves });
  }
  const longest = Math.max(MAX_LENGTH, ...depths.values());
  const byLength = new Array<number>(longest).fill(0);
  for (const depth of depths.values()) byLength[depth - 1]++;
  return byLength;
}

/** T.81 figure K.3: pairs of codes that are too long move up; then the reserved one, one of the longest, goes. */
function limitLengths(byLength: number[]): number[] {
  for (let i = byLength.length - 1; i >= MAX_LENGTH; i--)
    while (byLength[i] > 0) {
      let j = i - 2;
      while (byLength[j] === 0) j--;
      byLength[i] -= 2;
      byLength[i - 1] += 1;
      byLength[j + 1] += 2;
      byLength[j] -= 1;
    }
  let last = MAX_LENGTH - 1;
  while (byLength[last] === 0) last--;
  byLength[last]--;
  return byLength.slice(0, MAX_LENGTH);
}
