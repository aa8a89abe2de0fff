/** One display: its status, actions, last 24 hours, commands and log. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import type { AdminDeviceDetail } from '../../../../shared/wire/admin/display-page.ts';
import { shared } from '../../../common/styles.ts';
import { LoadController } from '../controllers/load-controller.ts';
import { ACTIONS, isGrave } from '../data/actions.ts';
import type { AdminApi } from '../data/admin-api.ts';
import type { Device } from '../data/device.ts';
import { isUnderWay } from '../data/stages.ts';
import { requestAction } from '../data/page-events.ts';
import { wireSpeedOf } from '../data/wire-speed.ts';
import { adminStyles } from '../styles.ts';
import { actionWords } from '../messages/actions.ts';
import { problemLine, reading } from './parts.ts';
import './command-list.ts';
import './display-facts.ts';
import './display-log.ts';
import './heartbeat-bar.ts';
import './latency-chart.ts';
import './picture-settings.ts';

/** Read again when the relay pushed a change, at most this often; and without one at least this often, for the bar. */
const AFTER_CHANGE_MS = 700;
const AT_LEAST_MS = 30_000;

@localized()
@customElement('display-page')
export class DisplayPage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      :host,
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }

      .columns {
        align-items: start;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }

      @media (max-width: 960px) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @property() deviceId = '';
  /** As the relay pushes it; undefined when it is not among the displays. */
  @property({ attribute: false }) device: Device | undefined;
  @property({ type: Boolean }) live = false;
  @property({ type: Number }) now = 0;
  @property({ type: Number }) heardAt = 0;
  /** Changes when the admin has done something. */
  @property({ type: Number }) actionsDone = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #regular: ReturnType<typeof setInterval> | undefined;
  readonly #detail: LoadController<AdminDeviceDetail> = new LoadController(this, (signal) =>
    this.api.get<AdminDeviceDetail>(`/device/${encodeURIComponent(this.deviceId)}`, signal),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.#regular = setInterval(() => void this.#detail.load(), AT_LEAST_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.#regular);
    clearTimeout(this.#soon);
    this.#soon = undefined;
    super.disconnectedCallback();
  }

  override updated(changed: Map<string, unknown>): void {
    if (changed.has('deviceId')) void this.#detail.load();
    else if (changed.has('device') || changed.has('actionsDone') || (changed.has('live') && this.live))
      this.#loadSoon();
    // A command on its way changes its stage without a change of the display's row.
    else if (this.live && this.#detail.value?.commands.some(isUnderWay)) this.#loadSoon();
  }

  readonly #loadSoon = (): void => {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.#detail.load();
    }, AFTER_CHANGE_MS);
  };

  override render() {
    const { device } = this;
    const { problem, value } = this.#detail;
    const detail = value?.device.device_id === this.deviceId ? value : undefined;
    // Only the relay's events say what a display is now: a removed one is not shown as it was.
    if (!device) return this.#renderNothing(problem);
    return html`
      <display-facts .device=${device} .live=${this.live} .now=${this.now} .heardAt=${this.heardAt}></display-facts>
      <div class="actions" role="group" aria-label=${msg('What you can do', { id: 'admin.actions' })}>
        ${ACTIONS.map(
          (action) => html`
            <button
              class="small ${isGrave(action) ? 'grave' : ''}"
              data-hook="action-${action}"
              @click=${() => requestAction(this, { action, devices: [device] })}
            >
              ${actionWords(action).label}
            </button>
          `,
        )}
      </div>
      ${problemLine(problem)} ${detail ? this.#renderDetail(detail) : html`<p class="card empty">${reading()}</p>`}
    `;
  }

  #renderNothing(problem: string) {
    return html`
      <p class="card empty" role="status">${problem || reading()}</p>
      <p><a href="#/displays">${msg('Back to all displays', { id: 'admin.display.back' })}</a></p>
    `;
  }

  #renderDetail({ commands, device, heartbeat, latency, log }: AdminDeviceDetail) {
    return html`
      <heartbeat-bar .heartbeat=${heartbeat}></heartbeat-bar>
      <div class="columns">
        <latency-chart .latency=${latency}></latency-chart>
        <picture-settings
          .api=${this.api}
          .deviceId=${device.device_id}
          .settings=${device.settings}
          .speed=${wireSpeedOf(commands)}
        ></picture-settings>
      </div>
      <command-list .api=${this.api} .commands=${commands} @changed=${this.#loadSoon}></command-list>
      <display-log .lines=${log}></display-log>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'display-page': DisplayPage;
  }
}
