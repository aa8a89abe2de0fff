/**
 * A grey panel to the smallest JPEG that a camera still reads: for every block one of its candidates, chosen together,
 * because each DC level is coded as the difference to the one before it. Viterbi over the DC levels, then better
 * tables, a few times.
 */
import { CandidateCache, type Candidate, type Choices } from './candidates.ts';
import { DARKEST_BLOCK } from './darkest.ts';
import { categoryOf, jpegFile, scanOrder, tablesFor, type LumaImage, type Tables, type Tint } from './jpeg-file.ts';
import { CRISP, FAST, FINE, type Profile } from './profile.ts';
import { SHADE_LEVELS, shadePixels, SHADED_SIDES } from './shade.ts';

/** Grey levels, row by row. Width and height are multiples of 16. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** A code that does not occur yet gets this many bits, so that it can still be chosen. */
const UNSEEN_BITS = 12;
const ROUNDS = 4;

const shades = SHADED_SIDES.map((side) => ({ pixels: shadePixels(side), levels: SHADE_LEVELS[side] }));
const books = {
  crisp: new CandidateCache(CRISP, [...shades, DARKEST_BLOCK]),
  fast: new CandidateCache(FAST, [DARKEST_BLOCK]),
  fine: new CandidateCache(FINE),
};
const profiles = { crisp: CRISP, fast: FAST, fine: FINE };

/**
 * `size`: not whole 16 px units, or not as many levels as pixels. `overshoot`: a block for which nothing stays within
 * the limit.
 */
type RefusalCode = 'size' | 'overshoot';

type EncodedPanel =
  | {
      readonly kind: 'encoded';
      readonly jpeg: Uint8Array;
      /** What was coded, so that a test can compute the pixels that a decoder sees. */
      readonly image: LumaImage;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode };

/** Never throws: what it refuses is for ordinary coding. */
export function encodePanel(panel: Panel, profileName: Profile['name'], tint?: Tint): EncodedPanel {
  const { width, height, grey } = panel;
  if (!isUnits(width) || !isUnits(height) || grey.length !== width * height) return { kind: 'refused', code: 'size' };
  const profile = profiles[profileName];
  const book = books[profileName];
  const choices: Choices[] = [];
  const block = new Uint8Array(64);
  for (let y = 0; y < height; y += 8)
    for (let x = 0; x < width; x += 8) {
      for (let row = 0; row < 8; row++)
        block.set(grey.subarray((y + row) * width + x, (y + row) * width + x + 8), row * 8);
      const found = book.choicesFor(block);
      if (found.length === 0) return { kind: 'refused', code: 'overshoot' };
      choices.push(found);
    }
  const order: number[] = [];
  scanOrder(width, height, (index) => {
    if (index !== undefined) order.push(index);
  });

  let bits: BitCosts = { dc: (category) => 2 + category, ac: (symbol) => (symbol === 0 ? 1 : 3 + (symbol >> 4)) };
  const write = (): Extract<EncodedPanel, { kind: 'encoded' }> => {
    const blocks = choose(order, choices, bits, profile.lambda);
    const image: LumaImage = { width, height, table: profile.table, blocks, ...(tint ? { tint } : {}) };
    return { kind: 'encoded', jpeg: jpegFile(image), image };
  };
  let best = write();
  for (let round = 1; round < ROUNDS; round++) {
    bits = costsOf(tablesFor(best.image));
    const next = write();
    if (next.jpeg.length >= best.jpeg.length) break;
    best = next;
  }
  return best;
}

const isUnits = (px: number): boolean => Number.isInteger(px) && px > 0 && px % 16 === 0;

interface BitCosts {
  /** Code bits of a DC category, without the difference itself. */
  readonly dc: (category: number) => number;
  /** Code bits of a run/size symbol, without the value itself. */
  readonly ac: (symbol: number) => number;
}

function costsOf(tables: Tables): BitCosts {
  return {
    dc: (category) => tables.dc.lengths[category] || UNSEEN_BITS,
    ac: (symbol) => tables.ac.lengths[symbol] || UNSEEN_BITS,
  };
}

interface Step {
  readonly dc: number;
  readonly candidate: Candidate;
  readonly cost: number;
  readonly from: Step | undefined;
}

/** The cheapest path through the blocks in scan order; states are the DC levels. */
function choose(order: readonly number[], choices: readonly Choices[], bits: BitCosts, lambda: number): Int16Array[] {
  const known = new Map<Choices, { dc: number; candidate: Candidate; cost: number }[]>();
  const optionsOf = (from: Choices): { dc: number; candidate: Candidate; cost: number }[] => {
    let options = known.get(from);
    if (!options) {
      options = from.map(({ dc, candidate }) => ({ dc, candidate, cost: costOf(candidate, bits, lambda) }));
      known.set(from, options);
    }
    return options;
  };
  const dcBits = Array.from({ length: 13 }, (_, category) => bits.dc(category) + category);
  let states: Step[] = [];
  for (const index of order) {
    const next: Step[] = [];
    for (const { dc, candidate, cost } of optionsOf(choices[index])) {
      if (states.length === 0) {
        next.push({ dc, candidate, cost: cost + lambda * dcBits[categoryOf(dc)], from: undefined });
        continue;
      }
      let from = states[0];
      let least = Infinity;
      for (const state of states) {
        const total = state.cost + lambda * dcBits[categoryOf(dc - state.dc)];
        if (total < least) {
          least = total;
          from = state;
        }
      }
      next.push({ dc, candidate, cost: least + cost, from });
    }
    states = next;
  }
  let step: Step | undefined = states.reduce((a, b) => (b.cost < a.cost ? b : a));
  const blocks = new Array<Int16Array>(choices.length);
  for (let i = order.length - 1; i >= 0 && step; i--) {
    blocks[order[i]] = step.candidate.block;
    step = step.from;
  }
  return blocks;
}

function costOf({ distortion, symbols, valueBits }: Candidate, bits: BitCosts, lambda: number): number {
  let size = valueBits;
  for (const symbol of symbols) size += bits.ac(symbol);
  return distortion + lambda * size;
}
