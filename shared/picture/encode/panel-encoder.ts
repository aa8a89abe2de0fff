/**
 * A grey panel to the smallest JPEG that a camera still reads: for every block one of its candidates, chosen together, because
 * each DC level is coded as the difference to the one before it. Viterbi over the DC levels, then better tables, a few times.
 */
import { CandidateBook, type Candidate, type Choices } from './candidates.ts';
import { categoryOf, jpegFile, scanOrder, tablesFor, type LumaImage, type Tables } from './jpeg-file.ts';
import { CRISP, FAST, type Profile } from './profile.ts';

/** Grey levels, row by row. Width and height are multiples of 16. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** A code that does not occur yet gets this many bits, so that it can still be chosen. */
const UNSEEN_BITS = 12;
const ROUNDS = 4;

const books = { crisp: new CandidateBook(CRISP), fast: new CandidateBook(FAST) };
const profiles = { crisp: CRISP, fast: FAST };

export interface EncodedPanel {
  readonly jpeg: Uint8Array;
  /** Lowest and highest pixel before clamping. */
  readonly image: LumaImage;
}

/** Undefined where some block has no candidate within the overshoot limit; ordinary coding takes over then. */
export function encodePanel(panel: Panel, profileName: Profile['name']): EncodedPanel | undefined {
  const profile = profiles[profileName];
  const book = books[profileName];
  const choices: Choices[] = [];
  const block = new Uint8Array(64);
  for (let y = 0; y < panel.height; y += 8)
    for (let x = 0; x < panel.width; x += 8) {
      for (let row = 0; row < 8; row++)
        block.set(panel.grey.subarray((y + row) * panel.width + x, (y + row) * panel.width + x + 8), row * 8);
      const found = book.choicesFor(block);
      if (found.length === 0) return undefined;
      choices.push(found);
    }
  const order: number[] = [];
  scanOrder(panel.width, panel.height, (index) => {
    if (index !== undefined) order.push(index);
  });

  let bits: BitCosts = { dc: (category) => 2 + category, ac: (symbol) => (symbol === 0 ? 1 : 3 + (symbol >> 4)) };
  let best: EncodedPanel | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const blocks = choose(order, choices, bits, profile.lambda);
    const image: LumaImage = { width: panel.width, height: panel.height, table: profile.table, blocks };
    const jpeg = jpegFile(image);
    if (best && jpeg.length >= best.jpeg.length) break;
    best = { jpeg, image };
    bits = costsOf(tablesFor(image));
  }
  return best;
}

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
  const cheapest = new Map<Choices, { dc: number; candidate: Candidate; cost: number }[]>();
  const optionsOf = (from: Choices): { dc: number; candidate: Candidate; cost: number }[] => {
    let options = cheapest.get(from);
    if (!options) {
      options = from.map(({ dc, candidates }) => ({ dc, ...cheapestOf(candidates, bits, lambda) }));
      cheapest.set(from, options);
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

function cheapestOf(
  candidates: readonly Candidate[],
  bits: BitCosts,
  lambda: number,
): { candidate: Candidate; cost: number } {
  let best = candidates[0];
  let least = Infinity;
  for (const candidate of candidates) {
    let size = candidate.valueBits;
    for (const symbol of candidate.symbols) size += bits.ac(symbol);
    const cost = candidate.distortion + lambda * size;
    if (cost < least) {
      least = cost;
      best = candidate;
    }
  }
  return { candidate: best, cost: least };
}
