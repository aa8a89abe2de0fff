/** The figures of today, over all displays. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { durationWords } from '../data/age.ts';
import type { Stats } from '../data/device.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';

interface Total {
  readonly hook: string;
  readonly label: string;
  readonly figure: string;
  readonly more: string;
}

@localized()
@customElement('fleet-totals')
export class FleetTotals extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
        gap: 12px;
        margin: 0;
      }

      /* Two full rows, and no sixth figure alone in its own. */
      @media (max-width: 1130px) {
        dl {
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
      }

      @media (max-width: 560px) {
        dl {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }

      .card {
        display: flex;
        flex-direction: column;
        padding: 14px 18px 12px;
      }

      dt {
        color: var(--muted);
        font-size: 0.92rem;
        font-weight: 600;
      }

      dd {
        margin: 0;
      }

      .figure {
        font-size: 1.9rem;
        font-weight: 700;
        font-variant-numeric: tabular-nums;
        line-height: 1.25;
        letter-spacing: -0.01em;
      }

      .more {
        color: var(--muted);
        font-size: 0.88rem;
      }

      @media (max-width: 620px) {
        dl {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          gap: 8px;
        }
        .card {
          padding: 10px 14px;
        }
        .figure {
          font-size: 1.5rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) stats: Stats | undefined;
  /** Whether the relay is heard now; without it nothing is known to be online. */
  @property({ type: Boolean }) live = false;

  override render() {
    return html`
      <dl>
        ${this.#totals().map(
          ({ hook, label, figure, more }) => html`
            <div class="card" data-hook="total-${hook}">
              <dt>${label}</dt>
              <dd class="figure">${figure}</dd>
              <dd class="more">${more}</dd>
            </div>
          `,
        )}
      </dl>
    `;
  }

  #totals(): Total[] {
    const { stats } = this;
    const number = new Intl.NumberFormat(formatLocale());
    const count = (value: number | undefined): string => (value === undefined ? '…' : number.format(value));
    const seconds = (ms: number | null | undefined): string => (ms == null ? '–' : durationWords(ms, formatLocale()));
    const share = stats?.success_rate;
    return [
      {
        hook: 'devices',
        label: msg('Displays', { id: 'admin.total.devices' }),
        figure: count(stats?.total_devices),
        more: msg(str`${count(stats?.linked_devices)} with an agent`, { id: 'admin.total.devices.more' }),
      },
      {
        hook: 'online',
        label: msg('Online now', { id: 'admin.total.online' }),
        figure: this.live ? count(stats?.online_devices) : msg('Unknown', { id: 'admin.total.unknown' }),
        more: this.live
          ? msg(str`${count(stats && stats.total_devices - stats.online_devices)} offline`, {
              id: 'admin.total.online.more',
            })
          : msg('The relay is not heard', { id: 'admin.total.silent' }),
      },
      {
        hook: 'qr',
        label: msg('QR today', { id: 'admin.total.qr' }),
        figure: count(stats?.total_qr_today),
        more: msg(str`${count(stats?.shown_today)} shown`, { id: 'admin.total.qr.more' }),
      },
      {
        hook: 'response',
        label: msg('Average response', { id: 'admin.total.response' }),
        figure: seconds(stats?.avg_response),
        more: msg('from post to display', { id: 'admin.total.response.more' }),
      },
      {
        hook: 'success',
        label: msg('Success rate', { id: 'admin.total.success' }),
        figure:
          share == null
            ? '–'
            : new Intl.NumberFormat(formatLocale(), { style: 'percent', maximumFractionDigits: 1 }).format(share / 100),
        more: msg(str`${count(stats?.errors_today)} failed today`, { id: 'admin.total.success.more' }),
      },
      {
        hook: 'queue',
        label: msg('In the queue', { id: 'admin.total.queue' }),
        figure: count(stats?.queued),
        more: msg('QR codes waiting', { id: 'admin.total.queue.more' }),
      },
    ];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'fleet-totals': FleetTotals;
  }
}
