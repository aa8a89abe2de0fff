/**
 * The demo: a counter web app on the left, the display of that counter on the right. The app speaks only the public
 * HTTP API.
 */
import { LitElement, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { amountOf, type AmountStyle } from '../../../../shared/picture/screens/amount.ts';
import { isEnded } from '../../../../shared/wire/commands.ts';
import type { CommandView } from '../../../../shared/wire/web-app.ts';
import { shared } from '../../../common/styles.ts';
import { localeChoice } from '../../../common/locale-choice.ts';
import { demoKeys, demoName, takeToken } from '../data/demo-access.ts';
import { RelayApi, RelayRefusal, type DemoKeys, type QrOrder } from '../data/relay-api.ts';
import { chooseLocale, currentLocale } from '../locales/localization.ts';
import { layout } from '../layout-styles.ts';
import { problemWords, type Asked } from '../messages/problem.ts';
import './command-timeline.ts';
import './payment-form.ts';

const AGENT = 'demo-agent';
const API = new URL('../api/device', location.href).href;
/** What a display without settings of its own writes. */
const AS_ON_THE_DISPLAY: AmountStyle = { locale: 'en', currency_display: 'code' };
/** How often the frame is asked for its device id until it has registered, in ms. */
const LOOK_EVERY_MS = 250;
/** After the relay gave no answer. */
const ASK_AGAIN_MS = 1_500;

// In this order: see kiosk-app.ts.
@customElement('demo-counter')
@localized()
export class DemoCounter extends LitElement {
  static override styles = [shared, layout];

  @state() private keys: DemoKeys | undefined;
  @state() private deviceId: string | undefined;
  @state() private command: CommandView | undefined;
  @state() private amount = '';
  /** Why the last call failed; in words when it is shown, for the language may change. */
  @state() private problem: { readonly error: unknown; readonly asked: Asked } | undefined;
  @query('iframe') private frame!: HTMLIFrameElement | null;
  #api: RelayApi | undefined;
  readonly #computerName = demoName(localStorage);
  #watching = new AbortController();
  #looking: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#begin();
    this.#looking = setInterval(() => this.#lookForDevice(), LOOK_EVERY_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.#looking);
    this.#watching.abort();
    super.disconnectedCallback();
  }

  override updated(): void {
    document.title = msg('Counter QR demo', { id: 'demo.title' });
  }

  override render() {
    return html`
      <header>
        <div class="title">
          <h1>${msg('Counter QR demo', { id: 'demo.title' })}</h1>
          ${localeChoice(msg('Language', { id: 'demo.language' }), currentLocale(), chooseLocale)}
        </div>
        <p class="muted">
          ${msg('First, any web app that takes payments; beside it, the kiosk tab of that counter with a virtual display, fed by the same byte protocol as a real one.', { id: 'demo.intro' })}
        </p>
      </header>
      <main>
        <section class="card app" aria-label=${msg('Counter web app', { id: 'demo.app' })}>
          <h2>${msg('Take a payment', { id: 'demo.take' })}</h2>
          <payment-form
            .ready=${this.deviceId !== undefined}
            @send=${(event: CustomEvent<QrOrder>) => void this.#send(event.detail)}
          ></payment-form>
          ${this.#renderProblem()}
          <h2>${msg('What becomes of it', { id: 'demo.story' })}</h2>
          <command-timeline .command=${this.command} .amount=${this.amount}></command-timeline>
          ${this.#renderEndings()}
        </section>
        <section class="card display" aria-label=${msg('The counter’s display', { id: 'demo.display' })}>
          ${
            this.keys
              ? html`<iframe
                  title=${msg('Kiosk with a virtual display', { id: 'demo.frame' })}
                  src=${this.#kioskAddress(this.keys.enrol_key)}
                ></iframe>`
              : nothing
          }
        </section>
      </main>
    `;
  }

  #renderProblem() {
    if (!this.problem) return nothing;
    const words = problemWords(this.problem.error, this.problem.asked);
    return html`<p class="problem" role="alert" data-hook="problem">${words}</p>`;
  }

  #renderEndings() {
    const over = !this.command || isEnded(this.command.state);
    return html`
      <div class="row">
        <button data-hook="paid" ?disabled=${over} @click=${() => void this.#end((api, id) => api.paid(id))}>
          ${msg('Paid', { id: 'demo.paid' })}
        </button>
        <button data-hook="cancel" ?disabled=${over} @click=${() => void this.#cancel()}>
          ${msg('Cancel', { id: 'demo.cancel' })}
        </button>
        <button
          data-hook="close"
          ?disabled=${over}
          @click=${() => void this.#end((api, id) => api.clear(id, 'closed'))}
        >
          ${msg('Close', { id: 'demo.close' })}
        </button>
      </div>
    `;
  }

  #kioskAddress(enrolKey: string): string {
    return `../kiosk/?name=${this.#computerName}&display=virtual#enrol=${encodeURIComponent(enrolKey)}`;
  }

  async #begin(): Promise<void> {
    try {
      const token = takeToken(location, (href) => history.replaceState(null, '', href));
      this.keys = await demoKeys(API, token, localStorage);
      this.#api = new RelayApi(API, this.keys.app_key);
    } catch (error) {
      this.problem = { error, asked: 'once' };
    }
  }

  /** The frame has the same origin. Its kiosk has the device id on `<html>`. */
  #lookForDevice(): void {
    const root = this.frame?.contentDocument?.documentElement;
    if (root?.dataset.relay !== 'online' || !root.dataset.deviceId) return;
    this.deviceId = root.dataset.deviceId;
    clearInterval(this.#looking);
  }

  async #send(order: QrOrder): Promise<void> {
    if (!this.#api || !this.deviceId) return;
    this.problem = undefined;
    try {
      // Each time, because a link ends with the shift and another demo may have moved it.
      await this.#api.link(AGENT, this.deviceId);
      const { command_id } = await this.#api.postQr(AGENT, order);
      this.amount = amountOf(order, AS_ON_THE_DISPLAY);
      this.#watching.abort();
      this.#watching = new AbortController();
      await this.#watch(this.#api, command_id, this.#watching.signal);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Until the command has ended, through a relay that is away for a while. */
  async #watch(api: RelayApi, commandId: string, signal: AbortSignal): Promise<void> {
    const take = (view: CommandView): boolean => {
      if (signal.aborted) return false;
      this.command = view;
      if (this.problem?.asked === 'watch') this.problem = undefined;
      return !isEnded(view.state);
    };
    while (!signal.aborted) {
      try {
        await api.watch(commandId, take, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof RelayRefusal && error.code !== 'no_code' && error.code !== 'shutting_down') throw error;
        this.problem = { error, asked: 'watch' };
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }

  /** Cancels a command that is not shown yet; takes a shown one off the display. */
  #cancel(): Promise<void> {
    const shown = this.command?.state === 'displayed';
    return this.#end((api, id) => (shown ? api.clear(id, 'cancelled') : api.cancel(id)));
  }

  async #end(step: (api: RelayApi, commandId: string) => Promise<unknown>): Promise<void> {
    if (!this.#api || !this.command) return;
    this.problem = undefined;
    try {
      await step(this.#api, this.command.command_id);
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    this.problem = { error, asked: 'once' };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'demo-counter': DemoCounter;
  }
}
