/**
 * All that one 8 x 8 block may become: for some levels of its first (DC) coefficient, what the others should be. A
 * block of four modules has its entry in the codebook; for any other (letters, odd module sizes) a short search
 * balances error against bits, and is kept.
 */
import { blockOf, blocksOf, patternOf } from './codebook.ts';
import { basisImage, forwardDct, ZIGZAG } from './dct.ts';
import { GuessedSize } from './guessed-size.ts';
import { acSymbols, categoryOf } from './jpeg-file.ts';
import type { Profile } from './profile.ts';
import { avoidsIdctOverflow } from './idct-overflow.ts';

export interface Candidate {
  /** Quantised, zigzag order; [0] is the DC level. */
  readonly block: Int16Array;
  /** Weighted squared error and overshoot. */
  readonly distortion: number;
  /** Run/size symbols of the AC coefficients, and how many bits their values take beside the codes. */
  readonly symbols: Uint8Array;
  readonly valueBits: number;
}

/** By DC level, lowest first. */
export type Choices = readonly { readonly dc: number; readonly candidate: Candidate }[];

const BASIS = ZIGZAG.map((natural) => basisImage(natural));

/** So that rounding does not refuse what is just good enough. */
const A_LITTLE_MORE = 1 + 1e-9;

/**
 * Levels beside the nearest one that are tried for the first coefficient. Blocks of letters come by hundreds, each
 * once: a longer search from more starts takes ten times as long and costs them no byte that was measured.
 */
const DC_REACH = 1;
/** Beyond the profile's soft limit by this much nothing is taken. */
const HARD_OVERSHOOT = 6;
const OVERSHOOT_COST = 400;
/** Greatest DC coefficient of a block that has no other: 127.5 grey levels. */
const FLAT_AT_MOST = 1020;

interface Goal {
  readonly least: Float64Array;
  readonly most: Float64Array;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  readonly driftWeight: Float64Array;
}

/** A block whose coding is fixed beforehand. It is not searched for. */
interface FixedBlock {
  readonly pixels: Uint8Array;
  /** Zigzag order, zeros at the end left out. */
  readonly levels: readonly number[];
}

/**
 * Blocks that one age holds; there are two ages. A code has few kinds of blocks and they come again. Letters of a
 * customer's name hardly ever do. A block takes some 4 kB: without a limit the program grew by 7 MB every hundred
 * customers.
 */
export const KEPT_BLOCKS = 1_000;

const keyOf = (pixels: Uint8Array): string => String.fromCharCode(...pixels);

export class CandidateCache {
  #recent = new Map<string, Choices>();
  /** The age before; a block that is asked for again moves to the recent ones. */
  #older = new Map<string, Choices>();
  readonly #fixed: ReadonlyMap<string, Choices>;
  /** By pattern of four modules. */
  readonly #modules: readonly (readonly Int16Array[])[] | undefined;
  readonly #steps: readonly Float64Array[];

  readonly #profile: Profile;

  constructor(profile: Profile, fixedBlocks: readonly FixedBlock[] = []) {
    this.#profile = profile;
    this.#modules = profile.codebook ? blocksOf(profile.codebook) : undefined;
    this.#steps = BASIS.map((image, i) => image.map((value) => value * profile.table[ZIGZAG[i]]));
    this.#fixed = new Map(
      fixedBlocks.map(({ pixels, levels }) => [keyOf(pixels), this.#fromCodebook(pixels, [blockOf(levels)])]),
    );
  }

  /** @param pixels 64 grey levels 0…255 */
  choicesFor(pixels: Uint8Array): Choices {
    const key = keyOf(pixels);
    const known = this.#fixed.get(key) ?? this.#recent.get(key);
    if (known) return known;
    const found = this.#older.get(key) ?? this.#search(pixels);
    this.#keep(key, found);
    return found;
  }

  /** How many blocks it holds. */
  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  #keep(key: string, choices: Choices): void {
    if (this.#recent.size >= KEPT_BLOCKS) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, choices);
  }

  #search(pixels: Uint8Array): Choices {
    const pattern = this.#modules && patternOf(pixels);
    if (this.#modules && pattern !== undefined) return this.#fromCodebook(pixels, this.#modules[pattern]);
    const { table } = this.#profile;
    const exact = forwardDct(Float64Array.from(pixels, (value) => value - 128));
    const ideal = ZIGZAG.map((natural) => exact[natural] / table[natural]);
    const goal = this.#goalOf(pixels);
    const middle = Math.round(ideal[0]);
    const choices: { dc: number; candidate: Candidate }[] = [];
    for (let dc = middle - DC_REACH; dc <= middle + DC_REACH; dc++) {
      const block = this.#startFor(ideal, dc);
      this.#descend(block, ideal, goal, this.#profile.lambda);
      const candidate = this.#candidateOf(block, goal);
      if (candidate.distortion < Infinity) choices.push({ dc, candidate });
    }
    return choices;
  }

  /**
   * Nearest below the exact coefficients; fainter where those themselves are more than decoders bear, as of a hard
   * diagonal.
   */
  #startFor(ideal: readonly number[], dc: number): Int16Array {
    for (let share = 1; ; share -= 0.1) {
      const block = Int16Array.from(ideal, (value, i) => (i === 0 ? dc : Math.trunc(value * share)));
      if (share < 0.1 || this.#fits(block)) return block;
    }
  }

  #fromCodebook(pixels: Uint8Array, blocks: readonly Int16Array[]): Choices {
    const goal = this.#goalOf(pixels);
    return blocks.map((block) => ({ dc: block[0], candidate: this.#candidateOf(block, goal) }));
  }

  #goalOf(pixels: Uint8Array): Goal {
    const { darkAtMost, lightAtLeast, borderWeight, driftWeight, darkDriftWeight } = this.#profile;
    const least = new Float64Array(64);
    const most = new Float64Array(64);
    const weight = new Float64Array(64);
    const isDark = (i: number): boolean => pixels[i] < 128;
    for (let i = 0; i < 64; i++) {
      const value = pixels[i];
      // What is neither black nor white (an antialiased letter, a grey ramp) is wanted as it is.
      least[i] = value >= 208 ? Math.min(value, lightAtLeast) : value <= 48 ? 0 : value;
      most[i] = value <= 48 ? Math.max(value, darkAtMost) : value >= 208 ? 255 : value;
      const x = i % 8;
      const borders =
        (x > 0 && isDark(i - 1) !== isDark(i)) ||
        (x < 7 && isDark(i + 1) !== isDark(i)) ||
        (i >= 8 && isDark(i - 8) !== isDark(i)) ||
        (i < 56 && isDark(i + 8) !== isDark(i));
      weight[i] = borders ? borderWeight : 1;
    }
    const driftWeights = Float64Array.from(pixels, (_, i) => (isDark(i) ? darkDriftWeight : driftWeight));
    return { least, most, weight, driftWeight: driftWeights, target: Float64Array.from(pixels) };
  }

  #pixelsOf(block: Int16Array): Float64Array {
    const pixels = new Float64Array(64).fill(128);
    block.forEach((level, i) => {
      if (level === 0) return;
      const step = this.#steps[i];
      for (let p = 0; p < 64; p++) pixels[p] += level * step[p];
    });
    return pixels;
  }

  /**
   * Infinity as soon as it is beyond `most`: nearly all that a search tries is worse, and it tries a hundred thousand.
   */
  #distortionOf(raw: Float64Array, change: number, step: Float64Array, goal: Goal, most = Infinity): number {
    const { overshoot } = this.#profile;
    const { least, most: greatest, target, weight, driftWeight } = goal;
    let sum = 0;
    for (let p = 0; p < 64; p++) {
      if ((p & 7) === 0 && sum > most) return Infinity;
      const value = raw[p] + change * step[p];
      const over = value < 0 ? -value : value > 255 ? value - 255 : 0;
      if (over > overshoot) {
        sum += OVERSHOOT_COST * (over - overshoot) ** 2;
      }
      const seen = value < 0 ? 0 : value > 255 ? 255 : value;
      const miss = seen < least[p] ? least[p] - seen : seen > greatest[p] ? seen - greatest[p] : 0;
      const drift = seen - target[p];
      sum += weight[p] * (miss * miss + driftWeight[p] * drift * drift);
    }
    return sum;
  }

  /** Moves one coefficient after the other while that lowers error plus price; changes `block`. */
  #descend(block: Int16Array, ideal: readonly number[], goal: Goal, lambda: number): void {
    const raw = this.#pixelsOf(block);
    const size = new GuessedSize(block);
    let cost = this.#distortionOf(raw, 0, this.#steps[0], goal) + lambda * size.from(1);
    let lastMove = 0;
    for (let pass = 0; pass < 6; pass++) {
      let moved = false;
      size.begin();
      for (let i = 63; i >= 1; i--) {
        // The pass before tried all that follows on this very block, and none fitted.
        if (!moved && i < lastMove) return;
        if (block[i] === 0 && Math.abs(ideal[i]) < 0.15) continue;
        const before = block[i];
        const step = this.#steps[i];
        let best = before;
        for (let trial = 0; trial < 3; trial++) {
          const level = trial === 0 ? 0 : before + 2 * trial - 3;
          if (level === before || (trial > 0 && level === 0)) continue;
          block[i] = level;
          const price = lambda * size.from(i);
          const room = cost - price;
          if (room <= 0) continue;
          const next = this.#distortionOf(raw, level - before, step, goal, room * A_LITTLE_MORE) + price;
          if (next < cost && this.#fits(block)) {
            cost = next;
            best = level;
          }
        }
        block[i] = best;
        if (best === before) continue;
        moved = true;
        lastMove = i;
        for (let p = 0; p < 64; p++) raw[p] += (best - before) * step[p];
      }
      if (!moved) return;
    }
  }

  #fits(block: Int16Array): boolean {
    return avoidsIdctOverflow(block, this.#profile.table);
  }

  #candidateOf(block: Int16Array, goal: Goal): Candidate {
    const symbols: number[] = [];
    let valueBits = 0;
    acSymbols(block, (symbol, value) => {
      symbols.push(symbol);
      valueBits += categoryOf(value);
    });
    // TJpgDec cuts a block without AC to eight bits before it clips: there any overshoot wraps.
    const flat = symbols.length === 1 && symbols[0] === 0;
    const wraps = flat && Math.abs(block[0] * this.#profile.table[0]) > FLAT_AT_MOST;
    const pixels = this.#pixelsOf(block);
    const most = this.#profile.overshoot + HARD_OVERSHOOT;
    const outside = pixels.some((value) => value < -most || value > 255 + most);
    return {
      block,
      distortion:
        wraps || outside || !this.#fits(block) ? Infinity : this.#distortionOf(pixels, 0, this.#steps[0], goal),
      symbols: Uint8Array.from(symbols),
      valueBits,
    };
  }
}
