/**
 * "Check this display", once or many times: lends the display for the conversation, records it, asks a person to scan
 * the code that the display drew, gives way to a customer. Knows no command and no page.
 */
import type { Clock } from '../util/clock.ts';
import { anySignal } from '../util/any-signal.ts';
import { pause } from '../util/deadline.ts';
import type { DisplayReport } from '../display/display-report.ts';
import type { RecordingPorts } from '../display/recording-transport.ts';
import type { PictureMaker, Screen } from '../picture/picture.ts';
import type { DisplayScreen } from '../screen/screen.ts';
import { adviceOf, type DisplayCheck, type Scanned } from '../wire/display-check.ts';
import type { PictureSettings } from '../wire/picture.ts';
import { converse, type CheckedDisplay, type CheckStep, type Conversation } from './check-conversation.ts';
import { StationError } from './station-error.ts';

/** The whole of it, the person's answer included. */
const CHECK_MS = 120_000;
/** Time to find a phone and scan a code. */
const SCAN_MS = 45_000;

export type CheckProgress =
  | { readonly stage: 'looking'; readonly step: CheckStep }
  /** A person is asked whether the code on the display can be scanned. */
  | { readonly stage: 'scan' }
  | { readonly stage: 'done'; readonly check: DisplayCheck }
  | { readonly stage: 'given_up' };

export interface DisplayChecksOptions {
  readonly clock: Clock;
  readonly display: CheckedDisplay;
  readonly pictures: PictureMaker;
  readonly recording: RecordingPorts;
  /** Program and version, for the report. */
  readonly recordedBy: string;
  readonly onProgress: (progress: CheckProgress) => void;
}

export interface CheckRequest {
  readonly screen: DisplayScreen;
  readonly card: () => Screen;
  readonly settings: PictureSettings;
  /** Who can say whether the code can be scanned. */
  readonly asks: 'person' | 'nobody';
}

export class DisplayChecks {
  readonly #options: DisplayChecksOptions;
  #report: DisplayReport | undefined;
  #giveWay = new AbortController();
  #answer: (scanned: Scanned) => void = () => undefined;

  constructor(options: DisplayChecksOptions) {
    this.#options = options;
  }

  /** What crossed the cable during the last check, also during one that failed. */
  get report(): DisplayReport | undefined {
    return this.#report;
  }

  /** A customer's QR waits: a check that is under way ends. */
  giveWay(): void {
    this.#giveWay.abort();
  }

  /** What the person says of the code on the display. Means nothing while nobody is asked. */
  answer(scanned: Exclude<Scanned, 'not_asked'>): void {
    this.#answer(scanned);
  }

  /**
   * The idle picture is due afterwards. @throws StationError `qr_shown`, `gave_way`, `not_back`; DisplayError;
   * PictureError
   */
  async run(request: CheckRequest, stopped: AbortSignal): Promise<DisplayCheck> {
    if (request.screen.qr) throw new StationError('qr_shown', QR_SHOWN);
    const { clock, onProgress } = this.#options;
    const [late, finished] = [new AbortController(), new AbortController()];
    const { signal: wanted } = (this.#giveWay = new AbortController());
    void pause(clock, CHECK_MS, finished.signal).then((slept) => slept && late.abort());
    try {
      const check = await anySignal([stopped, late.signal, wanted], (signal) => this.#recorded(request, signal));
      onProgress({ stage: 'done', check });
      return check;
    } catch (error) {
      onProgress({ stage: 'given_up' });
      if (wanted.aborted) throw new StationError('gave_way', GAVE_WAY);
      if (late.signal.aborted) throw new StationError('not_back', NOT_BACK);
      throw error;
    } finally {
      finished.abort();
    }
  }

  async #recorded(request: CheckRequest, signal: AbortSignal): Promise<DisplayCheck> {
    const { recording, recordedBy } = this.#options;
    recording.begin();
    try {
      return await this.#check(request, signal);
    } finally {
      this.#report = recording.end(recordedBy);
    }
  }

  async #check({ screen, card, settings, asks }: CheckRequest, signal: AbortSignal): Promise<DisplayCheck> {
    const { clock, display, pictures, onProgress } = this.#options;
    await screen.lend();
    const found = await converse(
      {
        clock,
        display,
        card: async (baudRate, cardSignal) =>
          (await pictures.make(card(), { settings, baudRate, signal: cardSignal })).jpeg,
        onStep: (step) => onProgress({ stage: 'looking', step }),
      },
      signal,
    );
    const scanned = asks === 'person' ? await this.#askPerson(found, signal) : 'not_asked';
    return { ...found, scanned, advice: adviceOf({ ...found, scanned }) };
  }

  async #askPerson({ own_code }: Conversation, signal: AbortSignal): Promise<Scanned> {
    if (own_code === 'no') return 'not_asked';
    const answered = new AbortController();
    const answer = new Promise<Scanned>((resolve) => (this.#answer = resolve));
    this.#options.onProgress({ stage: 'scan' });
    const nobody = anySignal([signal, answered.signal], (either) => pause(this.#options.clock, SCAN_MS, either)).then(
      (): Scanned => 'not_asked',
    );
    const scanned = await Promise.race([answer, nobody]);
    answered.abort();
    this.#answer = () => undefined;
    signal.throwIfAborted();
    return scanned;
  }
}

const QR_SHOWN = 'A customer’s QR is on the display. Check the display when it is off.';
const GAVE_WAY = 'A customer’s QR came, and goes first. Check the display again afterwards.';
const NOT_BACK = 'The display did not come back. Check its cable, then try again.';
