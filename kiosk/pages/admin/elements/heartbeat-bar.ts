/** When the display was heard in the last 24 hours: a bar, and in words the share and the longest silences. */
import { LitElement, css, html, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { AdminHeartbeat } from '../../../../shared/wire/admin/display-page.ts';
import { shared } from '../../../common/styles.ts';
import { runsOf, summaryOf, type Gap, type Pulse } from '../data/heartbeat.ts';
import { lengthWords } from '../data/age.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';
import { pulseWord } from '../messages/display.ts';

const PULSES: readonly Pulse[] = ['heard', 'partly', 'silent', 'unknown'];
/** Times below the bar. */
const MARKS = 5;

@localized()
@customElement('heartbeat-bar')
export class HeartbeatBar extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      .card {
        display: grid;
        gap: 10px;
      }

      .top {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 4px 24px;
      }

      .bar {
        display: block;
        width: 100%;
        height: 34px;
        border-radius: 8px;
      }

      .heard {
        fill: var(--good);
      }
      .partly {
        fill: var(--warn);
      }
      .silent {
        fill: var(--bad);
      }
      .unknown {
        fill: var(--off-soft);
      }

      .marks {
        display: flex;
        justify-content: space-between;
        color: var(--muted);
        font-size: 0.85rem;
        font-variant-numeric: tabular-nums;
      }

      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding: 0;
        color: var(--muted);
        font-size: 0.88rem;
        list-style: none;
      }

      .legend svg {
        width: 0.8em;
        height: 0.8em;
        margin-right: 0.35em;
      }
    `,
  ];

  @property({ attribute: false }) heartbeat!: AdminHeartbeat;

  override render() {
    const { from, slot_seconds, slots } = this.heartbeat;
    const { share, gaps } = summaryOf(this.heartbeat);
    const locale = formatLocale();
    const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
    const marks = Array.from({ length: MARKS }, (_, index) =>
      clock.format(new Date(Date.parse(from) + (slots.length * slot_seconds * 1000 * index) / (MARKS - 1))),
    );
    const summary =
      share === undefined
        ? msg('Nothing is known of the last 24 hours.', { id: 'admin.heartbeat.none' })
        : msg(str`Heard ${percent(share, locale)} of the time.`, { id: 'admin.heartbeat.share' });
    return html`
      <section class="card section" data-hook="heartbeat">
        <div class="top">
          <h2>${msg('Last 24 hours', { id: 'admin.heartbeat' })}</h2>
          <p>${summary}</p>
        </div>
        <svg
          class="bar"
          viewBox="0 0 ${Math.max(1, slots.length)} 1"
          preserveAspectRatio="none"
          role="img"
          aria-label=${summary}
        >
          ${runsOf(slots).map(
            ({ pulse, start, length }) => svg`<rect class=${pulse} x=${start} y="0" width=${length} height="1"></rect>`,
          )}
        </svg>
        <div class="marks" aria-hidden="true">${marks.map((mark) => html`<span>${mark}</span>`)}</div>
        <ul class="legend">
          ${PULSES.map(
            (pulse) =>
              html`<li>
                <svg viewBox="0 0 1 1" aria-hidden="true">
                  <rect class=${pulse} width="1" height="1" rx="0.2"></rect></svg
                >${pulseWord(pulse)}
              </li>`,
          )}
        </ul>
        ${gaps.length === 0 ? nothing : this.#renderGaps(gaps, clock)}
      </section>
    `;
  }

  #renderGaps(gaps: readonly Gap[], clock: Intl.DateTimeFormat) {
    const words = gaps.map(({ from, to }) => `${clock.format(from)} (${lengthWords(to - from)})`);
    return html`<p class="muted">
      ${msg(str`Longest silences: ${words.join(', ')}`, { id: 'admin.heartbeat.gaps' })}
    </p>`;
  }
}

/** Rounded down: 99.9 % is not the whole day. */
function percent(share: number, locale: string): string {
  const rounded = Math.floor(share * 1000) / 1000;
  return rounded.toLocaleString(locale, { style: 'percent', maximumFractionDigits: 1 });
}

declare global {
  interface HTMLElementTagNameMap {
    'heartbeat-bar': HeartbeatBar;
  }
}
