/** Search and filters above the table, and the actions on many displays. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { BULK_ACTIONS, isGrave } from '../data/actions.ts';
import type { Device } from '../data/device.ts';
import { FILTERS, type Filter, type View } from '../data/fleet.ts';
import { changeView, requestAction } from '../data/page-events.ts';
import { revealWhole } from '../data/reveal-whole.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';
import { actionWords } from '../messages/actions.ts';
import { filterWord } from '../messages/fleet.ts';
import './add-display.ts';

@localized()
@customElement('fleet-tools')
export class FleetTools extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 10px;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }

      input {
        flex: 1 1 260px;
        max-width: 420px;
      }

      .filter[aria-pressed='true'] {
        border-color: var(--brand);
        background: var(--brand);
        color: var(--on-brand);
      }

      .filter-count {
        font-weight: 400;
        font-variant-numeric: tabular-nums;
      }

      .filters {
        flex-basis: 100%;
      }

      add-display {
        margin-left: auto;
      }

      .count {
        margin-right: 4px;
        font-weight: 600;
      }

      @media (max-width: 760px) {
        input {
          flex-basis: 100%;
          max-width: none;
        }

        /* One line each, to be pushed sideways, instead of half a screen of buttons; with room for a focus ring. */
        .line {
          flex-wrap: nowrap;
          max-width: 100%;
          padding: 5px;
          margin: -5px;
          overflow-x: auto;
          scroll-padding-inline: 6px;
        }

        .line > * {
          flex: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) view!: View;
  /** How many displays each filter would leave. */
  @property({ attribute: false }) counts: Readonly<Record<Filter, number>> | undefined;
  /** How many the view shows. */
  @property({ type: Number }) shown = 0;
  /** The ticked ones among them. */
  @property({ attribute: false }) chosen: readonly Device[] = [];
  @property({ type: Boolean }) live = false;
  /** Whether the kiosk page is on this page's host, too. */
  @property({ type: Boolean }) hasKiosk = true;

  override render() {
    return html`
      <div class="row" role="search">
        <input
          type="search"
          aria-label=${msg('Search', { id: 'admin.search' })}
          placeholder=${msg('Search PC, agent, version …', { id: 'admin.search.hint' })}
          .value=${this.view.search}
          @input=${(event: Event) => this.#change({ search: (event.target as HTMLInputElement).value })}
        />
        <add-display .hasKiosk=${this.hasKiosk}></add-display>
        <div
          class="row line filters"
          role="group"
          aria-label=${msg('Show', { id: 'admin.show' })}
          @focusin=${revealWhole}
        >
          ${FILTERS.map(
            (filter) => html`
              <button
                class="small filter"
                data-hook="filter-${filter}"
                aria-pressed=${this.view.filter === filter ? 'true' : 'false'}
                @click=${() => this.#change({ filter })}
              >
                ${filterWord(filter)}${this.#countOf(filter)}
              </button>
            `,
          )}
        </div>
      </div>
      ${this.shown === 0 ? nothing : this.#renderBulk()}
    `;
  }

  /** While the relay is silent, nothing is known that could be counted. */
  #countOf(filter: Filter) {
    if (!this.counts || !this.live) return nothing;
    return html` <span class="filter-count">${this.counts[filter].toLocaleString(formatLocale())}</span>`;
  }

  #renderBulk() {
    const { length } = this.chosen;
    const shown =
      this.shown === 1
        ? msg('1 display', { id: 'admin.bulk.one' })
        : msg(str`${this.shown} displays`, { id: 'admin.bulk.many' });
    return html`
      <div
        class="row line"
        role="group"
        aria-label=${msg('For the ticked displays', { id: 'admin.bulk' })}
        tabindex=${length === 0 ? 0 : nothing}
        @focusin=${revealWhole}
      >
        <span class="count" data-hook="count">
          ${length === 0 ? msg(str`${shown}, none ticked`, { id: 'admin.bulk.none' }) : msg(str`${length} of ${shown} ticked`, { id: 'admin.bulk.some' })}
        </span>
        ${BULK_ACTIONS.map(
          (action) => html`
            <button
              class="small quiet ${isGrave(action) ? 'grave' : ''}"
              data-hook="bulk-${action}"
              ?disabled=${!this.live || length === 0}
              @click=${() => requestAction(this, { action, devices: this.chosen })}
            >
              ${actionWords(action).label}
            </button>
          `,
        )}
      </div>
    `;
  }

  #change(change: Partial<View>): void {
    changeView(this, { ...this.view, ...change });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'fleet-tools': FleetTools;
  }
}
