/**
 * The displays, one row each. For a screen reader it is a table; on a phone each row is a card. Hundreds of displays
 * that change all the time must not slow typing in the search: unchanged rows are not rendered, rows out of sight are
 * not laid out, and each frame makes only a few new rows.
 */
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { localized, msg, str } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { ageWords, durationWords, momentWords, percentWords } from '../data/age.ts';
import { factsOf, seenAt, type Device, type SeenBy } from '../data/device.ts';
import { COLUMNS, type Column, type View } from '../data/fleet.ts';
import { revealWhole } from '../data/reveal-whole.ts';
import { hrefOf } from '../data/route.ts';
import { changeView } from '../data/page-events.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';
import { reasonWord } from '../messages/commands.ts';
import { columnHint, columnWord } from '../messages/fleet.ts';
import { displayWord, relayWord, usbWord, type Word } from '../messages/states.ts';
import { fleetTableStyles } from './fleet-table-styles.ts';

/** A poll every two seconds; longer than this deserves a look. */
const LONG_GAP_MS = 5_000;
/** New rows per frame: more than a screen holds, few enough for the next letter typed. */
const NEW_ROWS_A_FRAME = 40;

@localized()
@customElement('fleet-table')
export class FleetTable extends LitElement {
  static override styles = [shared, adminStyles, fleetTableStyles];

  @property({ attribute: false }) devices: readonly Device[] = [];
  @property({ attribute: false }) view!: View;
  /** Ids of the displays whose row is ticked. */
  @property({ attribute: false }) chosen: ReadonlySet<string> = new Set();
  @property({ type: Boolean }) live = false;
  @property({ type: Number }) now = 0;
  /** When the relay was heard last. */
  @property({ type: Number }) heardAt = 0;

  /** Those that have a row, as of the last drawing. */
  #drawn: ReadonlySet<string> = new Set();
  #nextFrame = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#nextFrame);
  }

  override render() {
    const locale = formatLocale();
    const rows = this.#rowsOfThisFrame();
    return html`
      <table role="table" aria-rowcount=${this.devices.length + 1}>
        <caption class="visually-hidden">
          ${msg('Displays', { id: 'admin.table' })}
        </caption>
        <thead role="rowgroup">
          <tr role="row" @focusin=${revealWhole}>
            ${this.#renderChooseAll()} ${COLUMNS.map((key) => this.#renderHead(key))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${repeat(
            rows,
            ({ device_id }) => device_id,
            (device) => {
              const seen = seenWords(device, this, locale);
              const isChosen = this.chosen.has(device.device_id);
              return guard([device, this.live, seen, locale, isChosen], () =>
                this.#renderRow(device, isChosen, seen, locale),
              );
            },
          )}
        </tbody>
      </table>
    `;
  }

  /** The displays from the top to the last new row of this frame; the next frame goes on. */
  #rowsOfThisFrame(): readonly Device[] {
    let made = 0;
    const cut = this.devices.findIndex(({ device_id }) => !this.#drawn.has(device_id) && ++made > NEW_ROWS_A_FRAME);
    const rows = cut === -1 ? this.devices : this.devices.slice(0, cut);
    this.#drawn = new Set(rows.map(({ device_id }) => device_id));
    cancelAnimationFrame(this.#nextFrame);
    if (cut !== -1) this.#nextFrame = requestAnimationFrame(() => this.requestUpdate());
    return rows;
  }

  #renderChooseAll() {
    const count = this.devices.filter(({ device_id }) => this.chosen.has(device_id)).length;
    const all = this.devices.map(({ device_id }) => device_id);
    return html`
      <th role="columnheader" scope="col" class="choose">
        <input
          type="checkbox"
          data-hook="choose-all"
          aria-label=${msg('Tick all displays of this list', { id: 'admin.choose.all' })}
          .checked=${live(count > 0 && count === all.length)}
          .indeterminate=${count > 0 && count < all.length}
          @change=${() => this.#choose(count === all.length ? [] : all)}
        />
      </th>
    `;
  }

  #choose(deviceIds: readonly string[]): void {
    this.dispatchEvent(new CustomEvent('choose', { detail: new Set(deviceIds) }));
  }

  #toggle(deviceId: string): void {
    const others = [...this.chosen].filter((id) => id !== deviceId);
    this.#choose(this.chosen.has(deviceId) ? others : [...others, deviceId]);
  }

  #renderRow(device: Device, isChosen: boolean, seen: string, locale: string) {
    const facts = factsOf(device, this.live);
    const number = (value: number): string => (value === 0 ? '0' : value.toLocaleString(locale));
    return html`
      <tr role="row" data-device=${device.device_id} data-relay=${facts.relay} data-display=${facts.display}>
        <td role="cell" class="choose">
          <input
            type="checkbox"
            data-hook="choose"
            aria-label=${msg(str`Tick ${device.computer_name}`, { id: 'admin.choose.one' })}
            .checked=${live(isChosen)}
            @change=${() => this.#toggle(device.device_id)}
          />
        </td>
        <td role="cell" class="name">
          <a href=${hrefOf({ kind: 'display', deviceId: device.device_id })}>${device.computer_name}</a>
          ${device.enrolled ? nothing : html`<span class="pill bad">${msg('Locked out', { id: 'admin.locked_out' })}</span>`}
          ${lastError(device, locale)}
        </td>
        <td role="cell" class="agent">${device.agent_name ?? device.agent_id ?? html`<span class="muted">–</span>`}</td>
        <td role="cell" class="relay" data-label=${columnWord('relay')}>${pill(relayWord(facts.relay))}</td>
        <td role="cell" class="usb" data-label=${columnWord('usb')}>${pill(usbWord(facts.usb))}</td>
        <td role="cell" class="display" data-label=${columnWord('display')}>${pill(displayWord(facts.display))}</td>
        <td role="cell" class="last_seen" data-label=${columnWord('last_seen')}>${seen}</td>
        <td role="cell" class="version" data-label=${columnWord('version')}>${device.version ?? '–'}</td>
        <td role="cell" class="number uptime" data-label=${columnWord('uptime')}>
          ${percentWords(device.uptime, locale)}
        </td>
        <td role="cell" class="number qr_today" data-label=${columnWord('qr_today')}>${number(device.qr_today)}</td>
        <td role="cell" class="number errors ${device.errors > 0 ? 'loud' : ''}" data-label=${columnWord('errors')}>
          ${number(device.errors)}
        </td>
        <td
          role="cell"
          class="number poll_gap ${device.poll_gap_ms > LONG_GAP_MS ? 'loud' : ''}"
          data-label=${columnWord('poll_gap')}
        >
          ${device.poll_gap_ms > 0 ? durationWords(device.poll_gap_ms, locale) : '–'}
        </td>
        <td role="cell" class="number queued" data-label=${columnWord('queued')}>${number(device.queued)}</td>
      </tr>
    `;
  }

  #renderHead(key: Column) {
    const isSorted = this.view.sort === key;
    const order = this.view.descending ? 'descending' : 'ascending';
    return html`
      <th role="columnheader" scope="col" class=${key} aria-sort=${isSorted ? order : 'none'}>
        <button title=${columnHint(key) || nothing} data-hook="sort-${key}" @click=${() => this.#sort(key)}>
          ${columnWord(key)}<span class="arrow" aria-hidden="true"
            >${isSorted ? (this.view.descending ? '↓' : '↑') : ''}</span
          >
        </button>
      </th>
    `;
  }

  /** The first click on a count brings the largest up, on anything else the first in order. */
  #sort(sort: Column): void {
    const counts: readonly Column[] = ['qr_today', 'errors', 'poll_gap', 'queued'];
    const descending = this.view.sort === sort ? !this.view.descending : counts.includes(sort);
    changeView(this, { ...this.view, sort, descending });
  }
}

function seenWords(device: Device, page: SeenBy, locale: string): string {
  const at = seenAt(device, page);
  return at === undefined ? '–' : ageWords(at, page.now, locale);
}

/** The last QR of today that failed, in a line below the name; all of it in the tool tip and on the display's page. */
function lastError({ last_error }: Device, locale: string) {
  if (last_error === null) return nothing;
  const { at, error, reason } = last_error;
  const words = reasonWord(reason);
  const whole = [momentWords(at, locale), words, error].filter(Boolean).join(' – ');
  return html`<span class="last-error" title=${whole}
    >${msg(str`Last error: ${words}`, { id: 'admin.last_error' })}</span
  >`;
}

const pill = ({ tone, text }: Word) => html`<span class="pill ${tone}">${text}</span>`;

declare global {
  interface HTMLElementTagNameMap {
    'fleet-table': FleetTable;
  }
}
