/** The stages of one command as they are reached, with the time since the post. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from '@lit/localize';
import type { CommandView } from '../../../../shared/wire/web-app.ts';
import { shared } from '../../../common/styles.ts';
import { formatLocale } from '../locales/localization.ts';
import { stageWords } from '../messages/stages.ts';
import { NO_STAGES, stagesOf, type Stage } from '../data/stages.ts';
import '../../../common/app-icon.ts';

const ICON = { done: 'good', now: 'busy', ahead: 'off', failed: 'bad' } as const;

@localized()
@customElement('command-timeline')
export class CommandTimeline extends LitElement {
  static override styles = [
    shared,
    css`
      ol {
        display: grid;
        gap: 0;
        padding: 0;
        list-style: none;
      }

      li {
        position: relative;
        display: grid;
        grid-template-columns: auto 1fr auto;
        align-items: center;
        gap: 14px;
        min-height: 38px;
        color: var(--muted);
      }

      li:not(:last-child)::after {
        content: '';
        position: absolute;
        top: 32px;
        left: 13px;
        width: 2px;
        height: 12px;
        background: var(--line);
      }

      .dot {
        display: grid;
        place-items: center;
        width: 28px;
        height: 28px;
        border-radius: 50%;
        background: var(--off-soft);
        font-size: 13px;
      }

      .done .dot {
        background: var(--good-soft);
        color: var(--good);
      }

      .now .dot {
        background: var(--busy-soft);
        color: var(--busy);
      }

      .failed .dot {
        background: var(--bad-soft);
        color: var(--bad);
      }

      .done,
      .now,
      .failed {
        color: var(--text);
        font-weight: 600;
      }

      .time {
        color: var(--muted);
        font-weight: 400;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) command: CommandView | undefined;
  /** As it stands on the display. */
  @property() amount = '';

  override render() {
    const stages = this.command ? stagesOf(this.command) : NO_STAGES;
    return html`
      <ol aria-live="polite" data-hook="timeline" data-state=${this.command?.state ?? 'none'}>
        ${stages.map((stage) => this.#renderStage(stage))}
      </ol>
    `;
  }

  #renderStage({ name, state, afterMs }: Stage) {
    const seconds = new Intl.NumberFormat(formatLocale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    return html`
      <li class=${state}>
        <span class="dot"><app-icon name=${ICON[state]}></app-icon></span>
        <span>${stageWords(name, this.command, this.amount)}</span>
        ${afterMs === undefined ? nothing : html`<span class="time">${seconds.format(afterMs / 1000)} s</span>`}
      </li>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'command-timeline': CommandTimeline;
  }
}
