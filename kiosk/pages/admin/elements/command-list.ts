/** The last commands of a display with their stages. An open one can be cancelled or delivered again. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import { shared } from '../../../common/styles.ts';
import { durationWords, momentWords } from '../data/age.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { isOpen, isStuck, newestFirst, stepsOf } from '../data/stages.ts';
import { hrefOf } from '../data/route.ts';
import { showNotice } from '../data/page-events.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';
import { problemWords } from '../messages/problem.ts';
import { checkWords } from '../messages/check.ts';
import { reasonWord, stageWord, typeWord } from '../messages/commands.ts';
import { commandWord } from '../messages/states.ts';

@localized()
@customElement('command-list')
export class CommandList extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      .card {
        display: grid;
        gap: 4px;
      }

      ul {
        padding: 0;
        list-style: none;
      }

      .command {
        display: grid;
        grid-template-columns: 215px minmax(0, 1fr) auto;
        gap: 4px 18px;
        /* What is laid out late is cut at its edges: room for a focus ring. */
        padding: 12px 6px;
        margin: 0 -6px;
        border-top: 1px solid var(--line);
        content-visibility: auto;
        contain-intrinsic-size: auto 74px;
      }

      .command:first-child {
        border-top: 0;
      }

      time {
        color: var(--muted);
        font-size: 0.92rem;
        font-variant-numeric: tabular-nums;
      }

      .what {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
      }

      .what strong {
        overflow-wrap: anywhere;
      }

      ol {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 0;
        padding: 0;
        margin-top: 6px;
        color: var(--muted);
        font-size: 0.9rem;
        list-style: none;
      }

      ol li:not(:last-child)::after {
        margin: 0 8px;
        color: var(--line);
        content: '→' / '';
      }

      .after {
        color: var(--text);
        font-variant-numeric: tabular-nums;
        font-weight: 600;
      }

      .buttons {
        display: flex;
        align-items: start;
        gap: 8px;
      }

      @media (max-width: 760px) {
        .command {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @property({ attribute: false }) commands: readonly AdminCommand[] = [];

  override render() {
    return html`
      <section class="card section" data-hook="commands">
        <h2>${msg('Last commands', { id: 'admin.commands' })}</h2>
        ${
          this.commands.length === 0
            ? html`<p class="empty">${msg('None yet.', { id: 'admin.commands.none' })}</p>`
            : html`<ul>
                ${newestFirst(this.commands).map((command) => this.#renderCommand(command))}
              </ul>`
        }
      </section>
    `;
  }

  #renderCommand(command: AdminCommand) {
    const { tone, text } = commandWord(command);
    return html`
      <li class="command" data-command=${command.command_id} data-state=${command.state}>
        ${timeOf(command)}
        <div>
          <div class="what">
            <strong>${typeWord(command.type)}</strong>
            <span class="pill ${tone}">${text}</span>
            <span class="muted">${aboutOf(command)}</span>
          </div>
          <ol aria-label=${msg('Stages', { id: 'admin.commands.stages' })}>
            ${stepsOf(command).map(
              ({ stage, afterMs }) => html`
                <li>
                  ${stageWord(stage)}${
                    stage === 'created'
                      ? nothing
                      : html` <span class="after">+${durationWords(afterMs, formatLocale())}</span>`
                  }
                </li>
              `,
            )}
          </ol>
          ${
            command.picture?.check === undefined
              ? nothing
              : html`<p class="muted" data-hook="check">${checkWords(command.picture.check)}</p>`
          }
          ${command.error === null ? nothing : html`<p class="muted">${command.error}</p>`}
        </div>
        ${isOpen(command) ? this.#renderButtons(command) : nothing}
      </li>
    `;
  }

  #renderButtons(command: AdminCommand) {
    return html`
      <div class="buttons">
        ${
          isStuck(command)
            ? html`<button class="small" data-hook="retry" @click=${() => void this.#do(command, 'retry')}>
                ${msg('Try again now', { id: 'admin.commands.retry' })}
              </button>`
            : nothing
        }
        <button class="small grave" data-hook="cancel" @click=${() => void this.#do(command, 'cancel')}>
          ${msg('Call off', { id: 'admin.commands.cancel' })}
        </button>
      </div>
    `;
  }

  async #do({ command_id }: AdminCommand, action: 'retry' | 'cancel'): Promise<void> {
    try {
      await this.api.post(`/command/${encodeURIComponent(command_id)}/${action}`);
      showNotice(
        this,
        action === 'retry'
          ? msg('It is handed out again at once.', { id: 'admin.commands.retried' })
          : msg('It was called off.', { id: 'admin.commands.cancelled' }),
      );
    } catch (error) {
      showNotice(this, problemWords(error));
    }
    this.dispatchEvent(new CustomEvent('changed'));
  }
}

/** A QR has a page of its own. */
function timeOf({ command_id, created_at, type }: AdminCommand) {
  const time = html`<time datetime=${created_at}>${momentWords(created_at, formatLocale())}</time>`;
  return type === 'display_qr' ? html`<a href=${hrefOf({ kind: 'qr', commandId: command_id })}>${time}</a>` : time;
}

/** Why it ended, for whom it was, and which payment. */
function aboutOf({ agent_id, amount, currency, policy_number, reason, reference }: AdminCommand): string {
  return [
    reason === null ? '' : reasonWord(reason),
    agent_id === null ? '' : msg(str`agent ${agent_id}`, { id: 'admin.commands.agent' }),
    [amount, currency].filter(Boolean).join(' '),
    policy_number === null ? '' : msg(str`policy ${policy_number}`, { id: 'admin.commands.policy' }),
    reference ?? '',
  ]
    .filter(Boolean)
    .join(' · ');
}

declare global {
  interface HTMLElementTagNameMap {
    'command-list': CommandList;
  }
}
