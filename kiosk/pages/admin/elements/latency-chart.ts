/** Time from the post to the display, hour by hour: median and 95th percentile. */
import uPlot from 'uplot';
import uPlotCss from 'uplot/dist/uPlot.min.css?inline';
import { LitElement, css, html, nothing, unsafeCSS } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { AdminDeviceDetail } from '../../../../shared/wire/admin/display-page.ts';
import { shared } from '../../../common/styles.ts';
import { durationWords } from '../data/age.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';
import { chartData, chartOptions } from './latency-chart-options.ts';

type Latency = AdminDeviceDetail['latency'];

@localized()
@customElement('latency-chart')
export class LatencyChart extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    unsafeCSS(uPlotCss),
    css`
      .card {
        display: grid;
        gap: 10px;
        height: 100%;
        align-content: start;
      }

      .top {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 4px 24px;
      }

      .chart {
        min-height: 300px;
      }

      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding: 0;
        color: var(--muted);
        font-size: 0.88rem;
        list-style: none;
      }

      .key svg {
        width: 1.6em;
        height: 0.7em;
        margin-right: 0.4em;
      }

      .p50 {
        stroke: var(--busy);
      }
      .p95 {
        stroke: var(--warn);
      }

      details {
        font-size: 0.92rem;
      }

      summary {
        width: fit-content;
        color: var(--focus);
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) latency!: Latency;
  @query('.chart') private place!: HTMLElement | null;
  #chart: uPlot | undefined;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #resized = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (this.#chart && width > 0 && width !== this.#chart.width)
      this.#chart.setSize({ width, height: this.#chart.height });
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#dark.addEventListener('change', this.#redraw);
  }

  override disconnectedCallback(): void {
    this.#dark.removeEventListener('change', this.#redraw);
    this.#resized.disconnect();
    this.#chart?.destroy();
    this.#chart = undefined;
    super.disconnectedCallback();
  }

  override render() {
    const { shown, p50_ms, p95_ms } = this.latency;
    const locale = formatLocale();
    const words = (ms: number | null): string => (ms === null ? '–' : durationWords(ms, locale));
    const summary = msg(str`Half within ${words(p50_ms)}, 95 % within ${words(p95_ms)}.`, {
      id: 'admin.latency.summary',
    });
    return html`
      <section class="card section" data-hook="latency">
        <div class="top">
          <h2>${msg('From the web app to the display', { id: 'admin.latency' })}</h2>
          ${shown === 0 ? nothing : html`<p>${summary}</p>`}
        </div>
        ${
          shown === 0
            ? html`<p class="empty">${msg('No QR was shown in the last 24 hours.', { id: 'admin.latency.none' })}</p>`
            : html`
                <div class="chart" role="img" aria-label=${summary}></div>
                <ul class="key" aria-hidden="true">
                  <li>${line('p50')}${msg('half within', { id: 'admin.latency.p50' })}</li>
                  <li>${line('p95')}${msg('95 % within', { id: 'admin.latency.p95' })}</li>
                </ul>
                <details>
                  <summary>${msg('As a table', { id: 'admin.latency.table' })}</summary>
                  ${this.#renderTable(words, locale)}
                </details>
              `
        }
      </section>
    `;
  }

  #renderTable(words: (ms: number | null) => string, locale: string) {
    const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
    return html`
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">${msg('Hour', { id: 'admin.latency.hour' })}</th>
            <th scope="col" class="number">${msg('QR shown', { id: 'admin.latency.shown' })}</th>
            <th scope="col" class="number">${msg('Half within', { id: 'admin.latency.p50.head' })}</th>
            <th scope="col" class="number">${msg('95 % within', { id: 'admin.latency.p95' })}</th>
          </tr>
        </thead>
        <tbody>
          ${this.latency.hours
            .filter(({ shown }) => shown > 0)
            .map(
              ({ at, shown, p50_ms, p95_ms }) => html`
                <tr>
                  <th scope="row">${clock.format(new Date(at))}</th>
                  <td class="number">${shown}</td>
                  <td class="number">${words(p50_ms)}</td>
                  <td class="number">${words(p95_ms)}</td>
                </tr>
              `,
            )}
        </tbody>
      </table>
    `;
  }

  override updated(): void {
    this.#redraw();
  }

  /** Anew, because language and colours are in its options; it is a few hundred points at most. */
  readonly #redraw = (): void => {
    this.#resized.disconnect();
    this.#chart?.destroy();
    this.#chart = undefined;
    const { place } = this;
    if (!place) return;
    const options = chartOptions(getComputedStyle(this), formatLocale(), Math.max(200, place.clientWidth));
    this.#chart = new uPlot(options, chartData(this.latency.hours), place);
    this.#resized.observe(place);
  };
}

const line = (name: 'p50' | 'p95') =>
  html`<svg viewBox="0 0 16 7" aria-hidden="true"><path class=${name} d="M0 3.5h16" stroke-width="3"></path></svg>`;

declare global {
  interface HTMLElementTagNameMap {
    'latency-chart': LatencyChart;
  }
}
