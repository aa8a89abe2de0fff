/**
 * Every single QR that is over, newest first: when, for which agent, on which display, how much, and how it ended. The
 * relay searches all that it keeps.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import { QR_ENDS, type AdminHistory } from '../../../../shared/wire/admin/history.ts';
import { shared } from '../../../common/styles.ts';
import { LoadController } from '../controllers/load-controller.ts';
import { durationWords, momentWords } from '../data/age.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { qrQuery, type QrChoice } from '../data/qr-list.ts';
import { hrefOf } from '../data/route.ts';
import { stepsOf } from '../data/stages.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles, pageStyles } from '../styles.ts';
import { endWord, reasonWord, stageWord } from '../messages/commands.ts';
import { commandWord } from '../messages/states.ts';
import { fileLink, problemLine, reading, tableCard } from './parts.ts';

/** Read at once; older ones follow when they are asked for. */
const PAGE = 100;
/** The relay is asked when nobody has typed for so long. */
const TYPING_MS = 300;

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

      label {
        display: inline-flex;
        gap: 8px;
        align-items: center;
      }

      label input {
        flex: 0 1 auto;
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
  @state() private choice: QrChoice = { search: '', end: '', from: '', to: '' };
  /** Those of the pages before the newest one that was read. */
  @state() private earlier: readonly AdminCommand[] = [];
  #typing: ReturnType<typeof setTimeout> | undefined;
  readonly #page: LoadController<AdminHistory> = new LoadController(this, (signal) => {
    const last = this.earlier.at(-1);
    const before = last ? `&before=${encodeURIComponent(last.command_id)}` : '';
    return this.api.get<AdminHistory>(`/history?${qrQuery(this.choice)}&limit=${PAGE}${before}`, signal);
  });

  override firstUpdated(): void {
    this.#read();
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#typing);
    super.disconnectedCallback();
  }

  override render() {
    const { problem, value } = this.#page;
    const found = [...this.earlier, ...(value?.commands ?? [])];
    return html`
      <div class="tools" role="search" @change=${this.#choose} @input=${this.#type}>
        <input
          type="search"
          name="search"
          aria-label=${msg('Search', { id: 'admin.qrs.search' })}
          placeholder=${msg('Reference, agent, PC, amount …', { id: 'admin.qrs.search.hint' })}
          maxlength="200"
        />
        <label
          >${msg('End', { id: 'admin.qrs.end' })}
          <select name="end">
            <option value="">${msg('Any', { id: 'admin.qrs.end.any' })}</option>
            ${QR_ENDS.map((end) => html`<option value=${end}>${endWord(end)}</option>`)}
          </select></label
        >
        <label>${msg('From', { id: 'admin.history.from' })} <input type="date" name="from" /></label>
        <label>${msg('To', { id: 'admin.history.to' })} <input type="date" name="to" /></label>
        <button class="small" @click=${this.#read}>${msg('Read again', { id: 'admin.qrs.reload' })}</button>
        ${fileLink(
          `${this.api.root}/history?${qrQuery(this.choice)}&format=csv`,
          msg('All of them (CSV)', { id: 'admin.qrs.csv' }),
          'csv-qrs',
        )}
      </div>
      ${problemLine(problem)}
      <p class="muted" role="status" data-hook="qr-count">
        ${value ? this.#countWords(found.length, value.more) : nothing}
      </p>
      ${tableCard(
        msg('Single QR codes', { id: 'admin.qrs.region' }),
        found.length > 0 ? this.#renderTable(found) : undefined,
        value ? msg('Nothing found.', { id: 'admin.qrs.none' }) : reading(),
      )}
      ${
        value?.more
          ? html`<button data-hook="older" @click=${this.#readOlder}>
              ${msg('Show older ones', { id: 'admin.qrs.older' })}
            </button>`
          : nothing
      }
    `;
  }

  #choose(event: Event): void {
    const { name, value } = event.target as HTMLInputElement | HTMLSelectElement;
    this.#take(name as keyof QrChoice, value);
  }

  #take(name: keyof QrChoice, value: string): void {
    if (this.choice[name] === value) return;
    this.choice = { ...this.choice, [name]: value };
    this.#read();
  }

  /** A search begins when the typing pauses; the question before it is given up. */
  #type(event: Event): void {
    const { name, value } = event.target as HTMLInputElement;
    if (name !== 'search') return;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#take(name, value), TYPING_MS);
  }

  #read(): void {
    clearTimeout(this.#typing);
    this.earlier = [];
    void this.#page.load();
  }

  #readOlder(): void {
    const { value } = this.#page;
    if (!value) return;
    this.earlier = [...this.earlier, ...value.commands];
    this.#page.value = { commands: [], more: true };
    void this.#page.load();
  }

  #countWords(count: number, isMore: boolean): string {
    const found = count.toLocaleString(formatLocale());
    return isMore
      ? msg(str`The newest ${found} that were found. There are older ones.`, { id: 'admin.qrs.count.more' })
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
