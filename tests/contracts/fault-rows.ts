/**
 * The rows of the fault matrix. Data: what is broken, and what everyone is told. Times are exact on the simulator at
 * 9600 baud.
 */
import type { EndNote, FailReason } from '../../shared/wire/commands.ts';
import type { Fault } from '../../shared/simulator/faults.ts';
import type { SimulatedNative } from '../../shared/simulator/native-commands.ts';
import type { SimulatedDisplay, SimulatedDisplayOptions } from '../../shared/simulator/simulated-display.ts';

/** Three chunks of 1,024 bytes, the last one short: 3.1 s of wire at 9600 baud. */
export const PICTURE_BYTES = 3_000;

/** What a row's story may touch. */
export interface Hands {
  readonly display: SimulatedDisplay;
  plug(): Promise<void> | void;
  unplug(): Promise<void> | void;
  setBusy(busy: boolean): Promise<void> | void;
  /** Posts a QR and waits until it is on the display. */
  showQr(): Promise<void>;
  /** Takes the QR off, and waits until the display shows what follows: by default its rotation. */
  clearQr(reason?: 'paid' | 'cancelled' | 'closed', follows?: 'rotation' | SimulatedNative): Promise<void>;
  /** Waits until the agent's page says this of the display, e.g. `error (needs_replug)`. */
  untilReads(wanted: string, limitMs: number): Promise<void>;
}

/** Which display, behind which port. */
export interface Board extends Omit<SimulatedDisplayOptions, 'clock'> {
  /** Whether opening the port resets the board, as most bridges do. Default true. */
  readonly resetOnOpen?: boolean;
}

export interface FaultRow {
  readonly name: string;
  readonly board?: Board;
  /** The display's settings, as the relay sends them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Before the faults and the post. */
  readonly before?: (hands: Hands) => Promise<void>;
  /** Armed before the QR is posted. */
  readonly strike?: readonly Fault[];
  /** Beside the wait for the outcome: what a person does. */
  readonly meanwhile?: (hands: Hands) => Promise<void>;
  /** Before the next QR. */
  readonly after?: (hands: Hands) => Promise<void>;
  /** Faults that last: the bench does not end them, what the page asked for in `after` does. */
  readonly left?: readonly Fault[];
  /** What the story asks of a bench besides its faults. */
  readonly needs?: readonly 'busy'[];
  /** Lifetime of the struck QR; 300 s by default, as the relay's. */
  readonly ttlMs?: number;
  /** What the page says of the display, beyond ready, uploading and connecting. */
  readonly agentReads: readonly string[];
  readonly relayHears: { readonly state: 'displayed' | 'failed' | 'expired'; readonly reason?: FailReason | EndNote };
  /** Uploads that the relay is told of. */
  readonly attempts?: number;
  /** From the post of the struck QR until the relay knows, at most. */
  readonly withinMs: number;
  /** From the post of the next QR until it is on the screen, at most. */
  readonly nextWithinMs: number;
}

/** An undisturbed QR of PICTURE_BYTES, from post to confirmed. */
export const PLAIN_MS = 3_500;
const shown = { state: 'displayed' } as const;
const RECOVERING = 'recovering (broken_transfer)';
const UNPLUGGED = 'unplugged (lost)';
/** Not a state of the display: it is ready, but did not take the last QR. */
const REFUSED = 'ready (refused)';

/** Harmless: the QR is on the screen as if nothing had been. */
const harmless = (name: string, strike: readonly Fault[], moreMs = 0): FaultRow => ({
  name,
  strike,
  agentReads: [],
  relayHears: shown,
  attempts: 1,
  withinMs: PLAIN_MS + moreMs,
  nextWithinMs: PLAIN_MS,
});

/** The transfer breaks, the display is brought back, the upload starts again. */
const recovered = (
  name: string,
  strike: readonly Fault[],
  withinMs: number,
  more: Partial<FaultRow> = {},
): FaultRow => ({
  name,
  strike,
  agentReads: [RECOVERING],
  relayHears: shown,
  attempts: 2,
  withinMs,
  nextWithinMs: PLAIN_MS,
  ...more,
});

const CHUNKS = [0, 1, 2] as const;
const NAMED = ['first', 'middle', 'last'] as const;
const everyChunk = (make: (chunk: number, named: string) => FaultRow): FaultRow[] =>
  CHUNKS.map((chunk) => make(chunk, `${NAMED[chunk]} chunk`));

export const FAULT_ROWS: readonly FaultRow[] = [
  harmless('nothing at all', []),

  ...everyChunk((chunk, named) => recovered(`the ack of the ${named} is lost`, [{ kind: 'lost_ack', chunk }], 12_000)),
  harmless('an ack comes late, but in time', [{ kind: 'late_ack', chunk: 1, delayMs: 1_500 }], 1_500),
  recovered(
    'an ack comes too late, while recovery is at work',
    [{ kind: 'late_ack', chunk: 1, delayMs: 2_600 }],
    12_000,
  ),
  harmless('an ack comes twice at once', [{ kind: 'duplicate_ack', chunk: 0, delayMs: 0 }]),
  harmless('an ack comes again during the next chunk', [{ kind: 'duplicate_ack', chunk: 0, delayMs: 500 }]),
  harmless(
    'the last ack comes again during the confirmation',
    [{ kind: 'duplicate_ack', chunk: 2, delayMs: 20 }],
    1_000,
  ),
  harmless('an ack comes byte by byte', [{ kind: 'split_ack', chunk: 1, gapMs: 200 }], 700),
  harmless('noise and words with ok in them come before the ack', [{ kind: 'noise', chunk: 1 }]),

  ...everyChunk((chunk, named) => recovered(`the board reboots in the ${named}`, [{ kind: 'reset', chunk }], 12_000)),
  ...everyChunk((chunk, named) => ({
    ...recovered(`the cable is pulled at the ${named}`, [{ kind: 'pulled_cable', chunk, backAfterMs: 3_000 }], 16_000),
    agentReads: [UNPLUGGED],
  })),
  {
    name: 'the cable is pulled between two QRs',
    before: async (hands) => {
      await hands.unplug();
      await hands.untilReads(UNPLUGGED, 3_000);
      await hands.plug();
    },
    agentReads: [UNPLUGGED],
    relayHears: shown,
    attempts: 1,
    withinMs: PLAIN_MS + 3_000,
    nextWithinMs: PLAIN_MS,
  },
  {
    name: 'the cable is out for longer than the QR lives',
    before: async (hands) => {
      await hands.unplug();
      await hands.untilReads(UNPLUGGED, 3_000);
    },
    ttlMs: 15_000,
    after: async (hands) => hands.plug(),
    agentReads: [UNPLUGGED],
    relayHears: { state: 'expired', reason: 'expired_undelivered' },
    withinMs: 20_000,
    nextWithinMs: PLAIN_MS + 3_000,
  },
  {
    name: 'another program holds the port, then lets go',
    needs: ['busy'],
    before: async (hands) => {
      await hands.unplug();
      await hands.untilReads(UNPLUGGED, 3_000);
      await hands.setBusy(true);
      await hands.plug();
    },
    meanwhile: async (hands) => {
      await hands.untilReads('error (port_busy)', 10_000);
      await hands.setBusy(false);
    },
    agentReads: [UNPLUGGED, 'error (port_busy)'],
    relayHears: shown,
    attempts: 1,
    withinMs: 12_000,
    nextWithinMs: PLAIN_MS,
  },

  harmless('the board is deaf for a while', [{ kind: 'deaf', forMs: 5_000 }], 6_000),
  recovered('the board hangs until it is reset', [{ kind: 'hang', chunk: 1 }], 20_000),
  recovered('the board hangs, and opening its port does not reset it', [{ kind: 'hang', chunk: 1 }], 24_000, {
    board: { resetOnOpen: false },
  }),
  recovered('a lost ack on a board that opening does not reset', [{ kind: 'lost_ack', chunk: 0 }], 12_000, {
    board: { resetOnOpen: false },
  }),
  {
    name: 'the board is dead until it is plugged in again, which the page says',
    strike: [{ kind: 'dead' }],
    meanwhile: async (hands) => {
      await hands.untilReads('error (needs_replug)', 60_000);
      await hands.unplug();
      await hands.untilReads(UNPLUGGED, 10_000);
      await hands.plug();
    },
    agentReads: [RECOVERING, 'error (needs_replug)', UNPLUGGED],
    relayHears: shown,
    withinMs: 70_000,
    nextWithinMs: PLAIN_MS,
  },
  {
    name: 'the board is dead and nobody comes',
    strike: [{ kind: 'dead' }],
    ttlMs: 50_000,
    after: async (hands) => {
      await hands.untilReads('error (needs_replug)', 60_000);
      await hands.unplug();
      await hands.untilReads(UNPLUGGED, 10_000);
      await hands.plug();
    },
    agentReads: [RECOVERING, 'error (needs_replug)', UNPLUGGED],
    relayHears: { state: 'failed', reason: 'display_failed' },
    withinMs: 60_000,
    nextWithinMs: PLAIN_MS + 8_000,
  },
  {
    name: 'the display runs at another speed after a replug',
    before: async (hands) => {
      await hands.unplug();
      await hands.untilReads(UNPLUGGED, 3_000);
      hands.display.inject({ kind: 'other_speed', baudRate: 115_200 });
      await hands.plug();
    },
    agentReads: [UNPLUGGED],
    relayHears: shown,
    attempts: 1,
    withinMs: 12_000,
    nextWithinMs: PLAIN_MS,
  },
  recovered(
    'the display changes its speed in the middle of the day',
    [{ kind: 'other_speed', baudRate: 115_200 }],
    30_000,
  ),

  {
    name: 'the display refuses once',
    strike: [{ kind: 'refused_start' }],
    agentReads: [],
    relayHears: shown,
    attempts: 2,
    withinMs: PLAIN_MS + 2_000,
    nextWithinMs: PLAIN_MS,
  },
  harmless('the start is not answered, and nothing is being counted', [{ kind: 'unanswered_start' }], 3_000),
  harmless('start comes without exit', [{ kind: 'missing_exit' }], 300),
  harmless('the reply to stoprotation is garbage', [{ kind: 'garbage_reply' }], 1_200),
  {
    name: 'the disk is full once',
    strike: [{ kind: 'disk_full', uploads: 1 }],
    agentReads: [],
    relayHears: shown,
    attempts: 2,
    withinMs: PLAIN_MS + 2_000,
    nextWithinMs: PLAIN_MS,
  },
  {
    name: 'the disk is full for one QR, then has room again',
    strike: [{ kind: 'disk_full', uploads: 3 }],
    agentReads: [REFUSED],
    relayHears: { state: 'failed', reason: 'display_failed' },
    attempts: 3,
    withinMs: 10_000,
    nextWithinMs: PLAIN_MS + 4_000,
  },
  {
    name: 'the disk stays full until it is plugged in again, which the page says',
    strike: [{ kind: 'disk_stays_full' }],
    left: [{ kind: 'disk_stays_full' }],
    after: async (hands) => {
      await hands.untilReads(REFUSED, 10_000);
      await hands.unplug();
      await hands.untilReads(UNPLUGGED, 3_000);
      await hands.plug();
    },
    agentReads: [REFUSED, UNPLUGGED],
    relayHears: { state: 'failed', reason: 'display_failed' },
    attempts: 3,
    withinMs: 10_000,
    nextWithinMs: PLAIN_MS + 8_000,
  },
  recovered('the display says ok to everything until it is reset', [{ kind: 'ok_to_everything' }], 20_000),
  recovered('a write never resolves', [{ kind: 'stuck_write' }], 16_000),
  recovered('bytes get lost on the wire', [{ kind: 'dropped_bytes', chunk: 1, bytes: 100 }], 12_000),
  recovered('bytes of the last chunk get lost', [{ kind: 'dropped_bytes', chunk: 2, bytes: 30 }], 12_000),

  ...(
    [
      ['never says exit', { saysExit: false }],
      ['is deaf for 1.2 s after a screen change', { deafMs: { stop: 0, start: 0, upload: 1_200 } }],
      ['lists its files', { fileinfo: true }],
      ['takes 60 ms to store a chunk', { storeMs: 60 }],
    ] as const
  ).map(([what, variant]) => ({
    ...harmless(`firmware that ${what}`, [], 4_000),
    board: { variant },
    nextWithinMs: PLAIN_MS + 4_000,
  })),
  recovered('a lost ack on firmware that never says exit', [{ kind: 'lost_ack', chunk: 1 }], 14_000, {
    board: { variant: { saysExit: false } },
    nextWithinMs: PLAIN_MS + 1_000,
  }),
];
