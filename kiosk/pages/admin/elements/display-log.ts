/** What happened to a display: came and went, changed hands, failed. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import type { AdminLogLine } from '../../../../shared/wire/admin/display-page.ts';
import { shared } from '../../../common/styles.ts';
import { momentWords } from '../data/age.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';
import { logWords } from '../messages/audit.ts';

@localized()
@customElement('display-log')
export class DisplayLog extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      [role='region'] {
        max-height: 420px;
        margin-top: 8px;
        overflow: auto;
      }

      ol {
        padding: 0;
        list-style: none;
      }

      li {
        display: grid;
        grid-template-columns: 215px minmax(0, 1fr);
        gap: 2px 18px;
        padding: 5px 0;
      }

      time {
        color: var(--muted);
        font-size: 0.92rem;
        font-variant-numeric: tabular-nums;
      }

      .text {
        overflow-wrap: anywhere;
      }

      .bad {
        color: var(--bad);
        font-weight: 600;
      }
      .good {
        color: var(--good);
        font-weight: 600;
      }

      @media (max-width: 620px) {
        li {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) lines: readonly AdminLogLine[] = [];

  override render() {
    const locale = formatLocale();
    return html`
      <section class="card section" data-hook="log">
        <h2>${msg('Log', { id: 'admin.log' })}</h2>
        ${
          this.lines.length === 0
            ? html`<p class="empty">${msg('Nothing yet.', { id: 'admin.log.none' })}</p>`
            : html`<div tabindex="0" role="region" aria-label=${msg('Log, newest first', { id: 'admin.log.label' })}>
                <ol>
                  ${this.lines.map((line) => {
                    const { tone, text } = logWords(line);
                    return html`<li>
                      <time datetime=${line.at}>${momentWords(line.at, locale)}</time>
                      <span class="text ${tone}">${text}</span>
                    </li>`;
                  })}
                </ol>
              </div>`
        }
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'display-log': DisplayLog;
  }
}
