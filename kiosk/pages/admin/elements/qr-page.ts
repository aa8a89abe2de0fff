/**
 * Every single QR that is over, newest first, searchable: when, for which agent, on which display, how much, and how it
 * ended.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import type { AdminHistory } from '../../../../shared/wire/admin/history.ts';
import { shared } from '../../../common/styles.ts';
import { LoadController } from '../controllers/load-controller.ts';
import { durationWords, momentWords } from '../data/age.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { findQrs } from '../data/qr-list.ts';
import { hrefOf } from '../data/route.ts';
import { stepsOf } from '../data/stages.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles, pageStyles } from '../styles.ts';
import { reasonWord, stageWord } from '../messages/commands.ts';
import { commandWord, stateWord } from '../messages/states.ts';
import { fileLink, problemLine, reading, tableCard } from './parts.ts';

/** Read at once; the search goes through these, the file has all. */
const READ = 2_000;
/** Rows on the page. */
const SHOWN = 300;

const endWords = ({ state, reason }: AdminCommand): string =>
  [stateWord(state).text, reason === null ? '' : reasonWord(reason)].filter(Boolean).join(': ');

@localized()
@customElement('qr-page')
export class QrPage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    pageStyles,
    css`
      input {
        flex: 1 1 260px;
        max-width: 420px;
      }

      time {
        white-space: nowrap;
      }

      ol {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
        padding: 4px 0 0;
        color: var(--muted);
        font-size: 0.9rem;
        list-style: none;
      }

      summary {
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @state() private search = '';
  readonly #history: LoadController<AdminHistory> = new LoadController(this, (signal) =>
    this.api.get<AdminHistory>(`/history?limit=${READ}`, signal),
  );

  override firstUpdated(): void {
    void this.#history.load();
  }

  override render() {
    const { problem, value } = this.#history;
    const found = findQrs(value?.commands ?? [], this.search, endWords);
    return html`
      <div class="tools" role="search">
        <input
          type="search"
          aria-label=${msg('Search', { id: 'admin.qrs.search' })}
          placeholder=${msg('Reference, agent, PC, amount, end …', { id: 'admin.qrs.search.hint' })}
          @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
        />
        <button class="small" @click=${() => void this.#history.load()}>
          ${msg('Read again', { id: 'admin.qrs.reload' })}
        </button>
        ${fileLink(`${this.api.root}/history?format=csv`, msg('All of them (CSV)', { id: 'admin.qrs.csv' }), 'csv-qrs')}
      </div>
      ${problemLine(problem)}
      <p class="muted" role="status" data-hook="qr-count">
        ${value ? this.#countWords(found.length, value.more) : nothing}
      </p>
      ${tableCard(
        msg('Single QR codes', { id: 'admin.qrs.region' }),
        found.length > 0 ? this.#renderTable(found.slice(0, SHOWN)) : undefined,
        value ? msg('Nothing found.', { id: 'admin.qrs.none' }) : reading(),
      )}
    `;
  }

  #countWords(count: number, isMore: boolean): string {
    const found = count.toLocaleString(formatLocale());
    return isMore
      ? msg(
          str`${found} found among the last ${READ.toLocaleString(formatLocale())} commands; older ones are in the file.`,
          {
            id: 'admin.qrs.count.more',
          },
        )
      : msg(str`${found} found.`, { id: 'admin.qrs.count' });
  }

  #renderTable(commands: readonly AdminCommand[]) {
    return html`
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">${msg('Posted', { id: 'admin.qrs.when' })}</th>
            <th scope="col">${msg('Agent', { id: 'admin.qrs.agent' })}</th>
            <th scope="col">${msg('Display', { id: 'admin.qrs.display' })}</th>
            <th scope="col">${msg('Reference', { id: 'admin.qrs.reference' })}</th>
            <th scope="col" class="number">${msg('Amount', { id: 'admin.qrs.amount' })}</th>
            <th scope="col">${msg('End', { id: 'admin.qrs.end' })}</th>
          </tr>
        </thead>
        <tbody>
          ${commands.map((command) => this.#renderRow(command))}
        </tbody>
      </table>
    `;
  }

  #renderRow(command: AdminCommand) {
    const { agent_id, amount, command_id, computer_name, created_at, currency, device_id, error, reason } = command;
    const { tone, text } = commandWord(command);
    const locale = formatLocale();
    return html`
      <tr data-command=${command_id}>
        <td>
          <a href=${hrefOf({ kind: 'qr', commandId: command_id })}
            ><time datetime=${created_at}>${momentWords(created_at, locale)}</time></a
          >
        </td>
        <td>${agent_id ?? '–'}</td>
        <td><a href=${hrefOf({ kind: 'display', deviceId: device_id })}>${computer_name}</a></td>
        <td>${command.reference ?? command.policy_number ?? '–'}</td>
        <td class="number">${[amount, currency].filter(Boolean).join(' ') || '–'}</td>
        <td>
          <details>
            <summary>
              <span class="pill ${tone}">${text}</span> ${reason === null ? nothing : reasonWord(reason)}
            </summary>
            <ol aria-label=${msg('Stages', { id: 'admin.commands.stages' })}>
              ${stepsOf(command).map(
                ({ stage, afterMs }) => html`<li>${stageWord(stage)} +${durationWords(afterMs, locale)}</li>`,
              )}
            </ol>
            <p class="muted">${[error, command_id].filter(Boolean).join(' · ')}</p>
          </details>
        </td>
      </tr>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qr-page': QrPage;
  }
}
