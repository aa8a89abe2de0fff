/** All displays: the figures, the search, the table. */
import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import type { FleetController } from '../controllers/fleet-controller.ts';
import type { Device } from '../data/device.ts';
import { countsOf, select, type Filter, type View } from '../data/fleet.ts';
import { adminStyles, pageStyles } from '../styles.ts';
import './fleet-table.ts';
import './fleet-tools.ts';
import './fleet-totals.ts';

@localized()
@customElement('fleet-page')
export class FleetPage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    pageStyles,
    css`
      .card {
        overflow: clip;
      }
    `,
  ];

  @property({ attribute: false }) fleet!: FleetController;
  /** Changes whenever the fleet does. */
  @property({ type: Number }) version = 0;
  @property({ type: Number }) now = 0;
  @property({ attribute: false }) view!: View;
  @property({ type: Boolean }) live = false;
  /** Whether the kiosk page is on this page's host, too. */
  @property({ type: Boolean }) hasKiosk = true;
  /** Ids of the ticked displays. Those that the search hides stay ticked, and no action reaches them. */
  @state() private chosen: ReadonlySet<string> = new Set();
  #shown: readonly Device[] = [];
  #counts: Readonly<Record<Filter, number>> | undefined;

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('version') || changed.has('view') || changed.has('live')) {
      this.#shown = select(this.fleet.devices.values(), this.view, this.live);
      this.#counts = countsOf(this.fleet.devices.values(), this.view.search, this.live);
    }
  }

  override render() {
    const { fleet, live, view } = this;
    return html`
      <fleet-totals .stats=${fleet.stats} .live=${live}></fleet-totals>
      <fleet-tools
        .view=${view}
        .counts=${this.#counts}
        .shown=${this.#shown.length}
        .chosen=${this.#shown.filter(({ device_id }) => this.chosen.has(device_id))}
        .live=${live}
        .hasKiosk=${this.hasKiosk}
      ></fleet-tools>
      <div class="card">
        ${
          this.#shown.length > 0
            ? html`<fleet-table
                .devices=${this.#shown}
                .chosen=${this.chosen}
                @choose=${(event: CustomEvent<ReadonlySet<string>>) => (this.chosen = event.detail)}
                .view=${view}
                .live=${live}
                .now=${this.now}
                .heardAt=${fleet.heardAt}
              ></fleet-table>`
            : html`<p class="empty" data-hook="empty">${this.#emptyWords()}</p>`
        }
      </div>
    `;
  }

  #emptyWords(): string {
    if (!this.live)
      return msg('Nothing is known of the displays until the relay is heard again.', { id: 'admin.empty.silent' });
    if (this.fleet.devices.size > 0)
      return msg('No display fits. Clear the search or choose “All”.', { id: 'admin.empty.filter' });
    return msg(
      'No display yet. Open the kiosk page on a counter’s PC; if it has no set-up key, it appears under “Waiting”.',
      {
        id: 'admin.empty.none',
      },
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'fleet-page': FleetPage;
  }
}
