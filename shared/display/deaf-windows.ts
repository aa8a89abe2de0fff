/**
 * After a screen change some firmware hears nothing for a while and says nothing about it (docs/protocol.md). The
 * length of that window is measured once for each kind of change, with harmless questions, and kept in the profile;
 * from then on it is waited for before the next word. Knows no upload and no state.
 */
import { pause } from '../util/deadline.ts';
import type { DeafAfter } from './display-profile.ts';
import type { ProfileKeeper } from './profile-keeper.ts';
import { isCommandReply } from './reply-lines.ts';
import { ask, spoken, type Answer } from './serial-commands.ts';
import type { SerialConnection } from './serial-connection.ts';

/** What changes the screen: the end of the rotation, its start, the end of an upload, a screen of the display's own. */
export type ScreenChange = keyof DeafAfter;

/** Longer than any window that was seen (1.8 s). */
const LONGEST_WINDOW_MS = 2_500;
/** The window begins a little after the word that opens it. */
const FIRST_QUESTION_MS = 100;
const QUESTION_MS = 150;
/** The same for a command that opens a window of its own: not said again because a busy PC is late with the answer. */
const COMMAND_MS = 400;
const HARMLESS = 'test';
/** What is heard later than this after a change may have come after its window. */
const SOON_MS = 300;
/** On top of a window that is known: timers and clocks differ. */
const MARGIN_MS = 20;
/** Answers to questions before may still come; they would be taken for answers to what is asked next. */
const AFTER_QUIET_MS = 250;
const AFTER_QUIET_AT_MOST_MS = 1_000;

export class DeafWindows {
  readonly #connection: SerialConnection;
  readonly #profile: ProfileKeeper;
  /** When each kind of change was last made, on the clock. */
  readonly #changedAt = new Map<ScreenChange, number>();

  constructor(connection: SerialConnection, profile: ProfileKeeper) {
    this.#connection = connection;
    this.#profile = profile;
  }

  /** The screen changes at this time on the clock. */
  begin(change: ScreenChange, at: number): void {
    this.#changedAt.set(change, at);
  }

  /** The window after this change is known; 0 counts. */
  knows(change: ScreenChange): boolean {
    return this.#profile.current.deafMs?.[change] !== undefined;
  }

  /** Resolves when the display hears again, as far as that is known. */
  async waitUntilHearing(signal?: AbortSignal): Promise<void> {
    const { clock } = this.#connection;
    let until = 0;
    for (const [change, at] of this.#changedAt) {
      const windowMs = this.#profile.current.deafMs?.[change] ?? 0;
      if (windowMs > 0) until = Math.max(until, at + windowMs + MARGIN_MS);
    }
    if (until > clock.now()) await pause(clock, until - clock.now(), signal);
  }

  /** Measures the window of the last change whose window is not known, unless it is long over. */
  async measure(signal?: AbortSignal): Promise<void> {
    const { clock } = this.#connection;
    const unknown = this.#lastUnknown();
    if (!unknown) return;
    await this.waitUntilHearing(signal);
    const leftMs = unknown.at + FIRST_QUESTION_MS - clock.now();
    if (leftMs > 0) await pause(clock, leftMs, signal);
    await this.askUntilAnswered(HARMLESS, signal);
  }

  /**
   * Asks again and again until the window that is not known is over, and learns its length.
   * @param first said once. A command that opens a window of its own, said again because its answer was late, would
   *   fall into that window, which would be taken for the one that is measured
   * @returns undefined when the first question was not answered
   */
  async askUntilAnswered(first: string, signal?: AbortSignal): Promise<Answer | undefined> {
    const { clock, channel } = this.#connection;
    const unknown = this.#lastUnknown();
    if (!unknown) return undefined;
    const { change, at } = unknown;
    for (let asked = 1; asked === 1 || clock.now() - at < LONGEST_WINDOW_MS; asked += 1) {
      const askedMs = clock.now() - at;
      const { saysExit } = this.#profile.current;
      const isFirst = asked === 1 && first !== HARMLESS;
      const timeoutMs = isFirst ? COMMAND_MS : QUESTION_MS;
      const answer = await ask(channel, isFirst ? first : HARMLESS, { timeoutMs, saysExit, signal });
      if (!isAnswered(answer)) continue;
      if (asked > 1) await channel.waitUntilQuiet(AFTER_QUIET_MS, AFTER_QUIET_AT_MOST_MS, signal);
      if (asked > 1 && first !== HARMLESS && isCommandReply(spoken(answer) ?? '')) {
        // The first one's, and late: it was heard.
        this.heard(change, at);
        return answer;
      }
      if (asked > 1) this.#learn(change, Math.round(askedMs));
      else if (askedMs >= FIRST_QUESTION_MS) this.heard(change, at + askedMs);
      return asked === 1 || first === HARMLESS ? answer : undefined;
    }
    return undefined;
  }

  /** What was said at this time on the clock was heard: right after the change that says that there is no window. */
  heard(change: ScreenChange, saidAt: number): void {
    const at = this.#changedAt.get(change);
    if (at !== undefined && saidAt - at < SOON_MS && !this.knows(change)) this.#learn(change, 0);
  }

  /** A command after this change was not heard, although the display is there: the next change is measured again. */
  forget(change: ScreenChange): void {
    const { deafMs } = this.#profile.current;
    if (deafMs?.[change] === undefined) return;
    this.#profile.update({ deafMs: { ...deafMs, [change]: undefined } });
  }

  /** A command was not heard although nothing broke: a window was longer than it is known to be. */
  forgetRecent(): void {
    const since = this.#connection.clock.now() - 2 * LONGEST_WINDOW_MS;
    for (const [change, at] of this.#changedAt) if (at > since) this.forget(change);
  }

  #lastUnknown(): { readonly change: ScreenChange; readonly at: number } | undefined {
    const since = this.#connection.clock.now() - LONGEST_WINDOW_MS;
    const unknown = [...this.#changedAt].filter(([change, at]) => at > since && !this.knows(change));
    const [change, at] = unknown.sort(([, one], [, other]) => one - other).at(-1) ?? [];
    return change === undefined || at === undefined ? undefined : { change, at };
  }

  #learn(change: ScreenChange, windowMs: number): void {
    this.#profile.update({ deafMs: { ...this.#profile.current.deafMs, [change]: windowMs } });
  }
}

const isAnswered = (answer: Answer | undefined): answer is Answer =>
  answer !== undefined && (answer.exit || spoken(answer) !== undefined);
