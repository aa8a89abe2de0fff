/**
 * What the agent asks for by hand: test card, pairing code, restart. Keeps the sentence about it, and the pairing code
 * while it can be typed in. Both have an end: a sentence after 20 s, a code after five minutes or as soon as it was
 * used.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { msg, str } from '@lit/localize';
import { CODE_LASTS_MS } from '../data/idle.ts';
import type { StationView } from '../data/station-view.ts';
import type { Asked, AskResult } from '../../../worker/messages.ts';
import { askFailed } from '../messages/ask.ts';

export const NOTICE_LASTS_MS = 20_000;
const TICK_MS = 1_000;

export interface ToolsParts {
  readonly view: () => StationView;
  readonly ask: (what: Asked) => Promise<AskResult>;
  /** In ms, never set back. */
  readonly now: () => number;
}

interface Pairing {
  readonly code: string;
  readonly givenAt: number;
}

export class ToolsController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #parts: ToolsParts;
  #notice = '';
  #noticeEndsAt = Infinity;
  #pairing: Pairing | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, parts: ToolsParts) {
    this.#host = host;
    this.#parts = parts;
    host.addController(this);
  }

  hostConnected(): void {
    this.#ticker = setInterval(() => {
      if (this.#notice !== '' || this.#pairing) this.#host.requestUpdate();
    }, TICK_MS);
  }

  hostDisconnected(): void {
    clearInterval(this.#ticker);
  }

  hostUpdate(): void {
    const { view, now } = this.#parts;
    if (now() >= this.#noticeEndsAt) this.#say('');
    const pairing = this.#pairing;
    if (!pairing) return;
    const { usedCode } = view();
    const isUsed = usedCode?.code === pairing.code;
    if (isUsed)
      this.say(
        usedCode.agent === undefined
          ? msg('The pairing code was used.', { id: 'app.pairing_used_up' })
          : msg(str`The pairing code was used: linked to ${usedCode.agent.name}.`, { id: 'app.pairing_used' }),
      );
    if (isUsed || this.codeAgeMs >= CODE_LASTS_MS) this.#pairing = undefined;
  }

  get notice(): string {
    return this.#notice;
  }

  /** The code that can be typed in now, and how long it still can, in ms. */
  get pairing(): { readonly code: string; readonly leftMs: number } | undefined {
    const pairing = this.#pairing;
    return pairing && { code: pairing.code, leftMs: Math.max(0, CODE_LASTS_MS - this.codeAgeMs) };
  }

  /** Infinite where there is no code. */
  get codeAgeMs(): number {
    return this.#pairing ? this.#parts.now() - this.#pairing.givenAt : Infinity;
  }

  /** A sentence that goes by itself. */
  say(sentence: string): void {
    this.#say(sentence, this.#parts.now() + NOTICE_LASTS_MS);
  }

  /** Another window drives the display now: code and notice would be stale when this one is back. */
  forget(): void {
    this.#pairing = undefined;
    this.#say('');
  }

  async showTestCard(): Promise<void> {
    this.#say(msg('Sending the test card …', { id: 'app.test_card' }));
    const result = await this.#parts.ask('test_card');
    this.say(result.ok ? msg('The test card was shown.', { id: 'app.test_card.done' }) : askFailed(result.why));
  }

  async askForPairingCode(): Promise<void> {
    this.#pairing = undefined;
    this.#say(msg('Asking for a pairing code …', { id: 'app.pairing_code' }));
    const result = await this.#parts.ask('pairing_code');
    if (!result.ok) this.say(askFailed(result.why));
    else {
      this.#pairing = { code: result.code ?? '', givenAt: this.#parts.now() };
      this.#say('');
    }
  }

  async restartDisplay(): Promise<void> {
    this.#say(msg('Connecting again …', { id: 'app.restart' }));
    const result = await this.#parts.ask('restart_display');
    if (result.ok) this.#say('');
    else this.say(askFailed(result.why));
  }

  /** What it found stands in the view. */
  async checkDisplay(): Promise<void> {
    this.#say('');
    const result = await this.#parts.ask('check_display');
    if (!result.ok) this.say(askFailed(result.why));
  }

  #say(sentence: string, endsAt = Infinity): void {
    if (sentence === this.#notice && endsAt === this.#noticeEndsAt) return;
    this.#notice = sentence;
    this.#noticeEndsAt = endsAt;
    this.#host.requestUpdate();
  }
}
