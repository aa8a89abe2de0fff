/** The demo: a counter web app on the left, the display of that counter on the right. The app speaks only the public HTTP API. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { amountOf, type AmountStyle } from '../../../../shared/picture/screens/amount.ts';
import { messageOf } from '../../../../shared/wire/errors.ts';
import { isEnded } from '../../../../shared/wire/commands.ts';
import type { CommandView } from '../../../../shared/wire/schemas.ts';
import { shared } from '../../../common/styles.ts';
import { demoKeys, demoName, takeToken } from '../data/demo-access.ts';
import { RelayApi, RelayRefusal, type DemoKeys, type QrOrder } from '../data/relay-api.ts';
import './command-timeline.ts';
import './payment-form.ts';

const AGENT = 'demo-agent';
const API = new URL('../api/device', location.href).href;
/** What a display without settings of its own writes. */
const AS_ON_THE_DISPLAY: AmountStyle = { locale: 'en', currency_display: 'code' };
/** How often the frame is asked for its device id until it has registered, in ms. */
const LOOK_EVERY_MS = 250;

@customElement('demo-counter')
export class DemoCounter extends LitElement {
  static override styles = [
    shared,
    css`
      header {
        max-width: 1360px;
        margin: 0 auto;
        padding: 18px 24px 6px;
      }

      h1 {
        color: var(--brand);
        font-size: 1.6rem;
        line-height: 1.2;
        letter-spacing: -0.01em;
      }

      main {
        display: grid;
        grid-template-columns: minmax(320px, 1fr) minmax(0, 1.75fr);
        align-items: start;
        gap: 20px;
        max-width: 1360px;
        margin: 0 auto;
        padding: 10px 24px 28px;
      }

      .app {
        display: grid;
        gap: 16px;
        padding: 20px 22px;
      }

      h2 {
        font-size: 1.15rem;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 10px;
      }

      .row button {
        flex: 1;
      }

      .problem {
        padding: 10px 14px;
        border-radius: 10px;
        background: var(--bad-soft);
        color: var(--bad);
        font-weight: 600;
      }

      .display {
        overflow: hidden;
      }

      iframe {
        display: block;
        width: 100%;
        height: 745px;
        border: 0;
      }

      @media (max-width: 980px) {
        main {
          grid-template-columns: minmax(0, 1fr);
          padding: 10px 12px 24px;
        }
        header {
          padding: 14px 12px 4px;
        }
        iframe {
          height: 1180px;
        }
      }
    `,
  ];

  @state() private keys: DemoKeys | undefined;
  @state() private deviceId: string | undefined;
  @state() private command: CommandView | undefined;
  @state() private amount = '';
  @state() private problem = '';
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

  override render() {
    return html`
      <header>
        <h1>Counter QR demo</h1>
        <p class="muted">
          On the left, any web app that takes payments. On the right, the kiosk tab of that counter with a virtual
          display, fed by the same byte protocol as a real one.
        </p>
      </header>
      <main>
        <section class="card app" aria-label="Counter web app">
          <h2>Take a payment</h2>
          <payment-form
            .ready=${this.deviceId !== undefined}
            @send=${(event: CustomEvent<QrOrder>) => void this.#send(event.detail)}
          ></payment-form>
          ${this.problem ? html`<p class="problem" role="alert" data-hook="problem">${this.problem}</p>` : nothing}
          <h2>What becomes of it</h2>
          <command-timeline .command=${this.command} .amount=${this.amount}></command-timeline>
          ${this.#renderEndings()}
        </section>
        <section class="card display" aria-label="The counter’s display">
          ${
            this.keys
              ? html`<iframe
                  title="Kiosk with a virtual display"
                  src=${this.#kioskAddress(this.keys.enrol_key)}
                ></iframe>`
              : nothing
          }
        </section>
      </main>
    `;
  }

  #renderEndings() {
    const over = !this.command || isEnded(this.command.state);
    return html`
      <div class="row">
        <button data-hook="paid" ?disabled=${over} @click=${() => void this.#end((api, id) => api.paid(id))}>
          Paid
        </button>
        <button data-hook="cancel" ?disabled=${over} @click=${() => void this.#cancel()}>Cancel</button>
        <button
          data-hook="close"
          ?disabled=${over}
          @click=${() => void this.#end((api, id) => api.clear(id, 'closed'))}
        >
          Close
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
      this.problem = `The demo cannot start: ${messageOf(error)}`;
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
    this.problem = '';
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

  async #watch(api: RelayApi, commandId: string, signal: AbortSignal): Promise<void> {
    try {
      await api.watch(
        commandId,
        (view) => {
          if (signal.aborted) return false;
          this.command = view;
          return !isEnded(view.state);
        },
        signal,
      );
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Cancels a command that is not shown yet; takes a shown one off the display. */
  #cancel(): Promise<void> {
    const shown = this.command?.state === 'displayed';
    return this.#end((api, id) => (shown ? api.clear(id, 'cancelled') : api.cancel(id)));
  }

  async #end(step: (api: RelayApi, commandId: string) => Promise<unknown>): Promise<void> {
    if (!this.#api || !this.command) return;
    this.problem = '';
    try {
      await step(this.#api, this.command.command_id);
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    this.problem = error instanceof RelayRefusal ? error.message : `The relay did not answer: ${messageOf(error)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'demo-counter': DemoCounter;
  }
}
