/** The log, newest first, folded until opened; with a download for support. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { LogEntry } from '../../../../shared/station/station-types.ts';
import { gapSummary, type PollGaps } from '../data/poll-gaps.ts';
import { shared } from '../../../common/styles.ts';
import { logWords } from '../messages/log.ts';
import { secondsOf, timeOf } from '../messages/numbers.ts';
import '../../../common/app-icon.ts';

/** The page draws this many; the download has all. */
const SHOWN = 200;

@localized()
@customElement('event-log')
export class EventLog extends LitElement {
  static override styles = [
    shared,
    css`
      details {
        padding: 4px 20px;
      }

      summary {
        display: flex;
        align-items: center;
        gap: 10px;
        min-height: 48px;
        color: var(--muted);
        font-weight: 600;
        cursor: pointer;
        list-style-position: inside;
      }

      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px 16px;
        padding-bottom: 8px;
      }

      ol {
        max-height: 320px;
        margin: 0 0 12px;
        padding: 0;
        overflow: auto;
        border-top: 1px solid var(--line);
        font-size: 0.9rem;
        list-style: none;
      }

      li {
        display: grid;
        grid-template-columns: 5.5em 1fr;
        gap: 12px;
        padding: 5px 0;
        border-bottom: 1px solid var(--line);
      }

      time {
        color: var(--muted);
        font-variant-numeric: tabular-nums;
      }

      .warn {
        color: var(--warn);
      }

      .error {
        color: var(--bad);
      }

      .text {
        overflow-wrap: anywhere;
      }

      .original {
        display: block;
        color: var(--muted);
        font-size: 0.85em;
      }
    `,
  ];

  @property({ attribute: false }) entries: readonly LogEntry[] = [];
  @property({ attribute: false }) gaps: PollGaps = { recentMs: [] };
  @state() private open = false;

  override render() {
    return html`
      <details class="card" @toggle=${this.#toggled}>
        <summary><app-icon name="log"></app-icon>${msg('Log', { id: 'log.title' })}</summary>
        ${this.open ? this.#renderEntries() : nothing}
      </details>
    `;
  }

  #renderEntries() {
    const summary = gapSummary(this.gaps);
    return html`
      <div class="top">
        <p class="muted" data-hook="gaps">
          ${
            summary
              ? msg(
                  str`Time between polls: ${secondsOf(summary.p99Ms)} s (p99), longest ${secondsOf(summary.maxMs)} s`,
                  {
                    id: 'log.gaps',
                  },
                )
              : msg('No polls yet', { id: 'log.no_gaps' })
          }
        </p>
        <button data-hook="download-log" @click=${() => this.dispatchEvent(new CustomEvent('download-log'))}>
          <app-icon name="download"></app-icon>${msg('Download', { id: 'log.download' })}
        </button>
      </div>
      <ol tabindex="0" aria-label=${msg('Log entries, newest first', { id: 'log.list' })}>
        ${this.entries
          .slice(-SHOWN)
          .reverse()
          .map(
            ({ at, level, text, event, about }) => html`
              <li data-event=${event}>
                <time datetime=${at}>${timeOf(at)}</time>
                <span class="text ${level}">${this.#renderText(event, about, text)}</span>
              </li>
            `,
          )}
      </ol>
    `;
  }

  /**
   * In the page's language and an agent's words what each entry is about; the English sentence below it is for support.
   */
  #renderText(event: string, about: string | undefined, text: string) {
    const words = logWords(event, about);
    if (words === undefined) return html`<span lang="en">${text}</span>`;
    return html`${words} <span class="original" lang="en">${text}</span>`;
  }

  #toggled(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'event-log': EventLog;
  }
}
