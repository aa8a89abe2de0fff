/** What each agent did on which day, and the same as a file for a spreadsheet. */
import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import type { AdminDayRow, AdminDays } from '../../../../shared/wire/admin/history.ts';
import { shared } from '../../../common/styles.ts';
import { LoadController } from '../controllers/load-controller.ts';
import { durationWords } from '../data/age.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { historyQuery, type HistoryChoice } from '../data/history.ts';
import { endsOf } from '../data/qr-list.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles, pageStyles } from '../styles.ts';
import { fileLink, problemLine, reading, tableCard } from './parts.ts';

@localized()
@customElement('history-page')
export class HistoryPage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    pageStyles,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 12px;
      }

      label {
        display: grid;
        gap: 4px;
      }

      .files {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 22px;
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @state() private choice: HistoryChoice = { from: '', to: '', agentId: '' };
  readonly #days: LoadController<AdminDays> = new LoadController(this, (signal) =>
    this.api.get<AdminDays>(`/history/days${historyQuery(this.choice, 'json')}`, signal),
  );

  override firstUpdated(): void {
    void this.#days.load();
  }

  override render() {
    const { problem, value } = this.#days;
    return html`
      <p class="muted">
        ${msg('QR codes that are over. One that is still on a display is counted when it is taken off. From “Paid” to “Cancelled” each QR is in one column.', { id: 'admin.history.hint' })}
      </p>
      <form @submit=${this.#submit}>
        <label
          >${msg('From', { id: 'admin.history.from' })}<input type="date" name="from" .value=${this.choice.from}
        /></label>
        <label>${msg('To', { id: 'admin.history.to' })}<input type="date" name="to" .value=${this.choice.to} /></label>
        <label>
          ${msg('Agent id', { id: 'admin.history.agent' })}<input
            name="agentId"
            .value=${this.choice.agentId}
            maxlength="128"
          />
        </label>
        <button class="primary">${msg('Show', { id: 'admin.history.show' })}</button>
      </form>
      <div class="files">
        ${this.#file('/history/days', msg('By agent and day (CSV)', { id: 'admin.history.csv_days' }), 'csv-days')}
        ${this.#file('/history', msg('Every single QR (CSV)', { id: 'admin.history.csv_all' }), 'csv-all')}
      </div>
      ${problemLine(problem)}
      ${tableCard(
        msg('History', { id: 'admin.history.region' }),
        value && value.rows.length > 0 ? this.#renderTable(value.rows) : undefined,
        value ? msg('Nothing in these days.', { id: 'admin.history.none' }) : reading(),
      )}
    `;
  }

  #file(path: string, label: string, hook: string) {
    return fileLink(`${this.api.root}${path}${historyQuery(this.choice, 'csv')}`, label, hook);
  }

  #renderTable(rows: readonly AdminDayRow[]) {
    const locale = formatLocale();
    const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
    const time = (ms: number | null): string => (ms === null ? '–' : durationWords(ms, locale));
    const counts = [
      { label: msg('QR', { id: 'admin.history.qr' }), of: (row: AdminDayRow) => row.qr },
      { label: msg('Shown', { id: 'admin.history.shown' }), of: (row: AdminDayRow) => row.shown },
      { label: msg('Paid', { id: 'admin.history.paid' }), of: (row: AdminDayRow) => endsOf(row).paid },
      {
        label: msg('Paid, by the agent', { id: 'admin.history.paid_reported' }),
        of: (row: AdminDayRow) => endsOf(row).paidReported,
      },
      { label: msg('Not paid', { id: 'admin.history.not_paid' }), of: (row: AdminDayRow) => endsOf(row).notPaid },
      { label: msg('Replaced', { id: 'admin.history.superseded' }), of: (row: AdminDayRow) => endsOf(row).replaced },
      { label: msg('Failed', { id: 'admin.history.failed' }), of: (row: AdminDayRow) => endsOf(row).failed },
      { label: msg('Expired', { id: 'admin.history.expired' }), of: (row: AdminDayRow) => endsOf(row).expired },
      { label: msg('Cancelled', { id: 'admin.history.cancelled' }), of: (row: AdminDayRow) => endsOf(row).cancelled },
    ];
    return html`
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">${msg('Day', { id: 'admin.history.day' })}</th>
            <th scope="col">${msg('Agent', { id: 'admin.history.agent_column' })}</th>
            ${counts.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}
            <th scope="col" class="number">${msg('Average time', { id: 'admin.history.avg' })}</th>
            <th scope="col" class="number">${msg('95 % within', { id: 'admin.history.p95' })}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`
              <tr>
                <th scope="row">${day.format(new Date(`${row.day}T00:00:00Z`))}</th>
                <td>${row.agent_id ?? '–'}</td>
                ${counts.map(({ of }) => html`<td class="number">${of(row).toLocaleString(locale)}</td>`)}
                <td class="number">${time(row.avg_ms)}</td>
                <td class="number">${time(row.p95_ms)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    this.choice = { from: field('from'), to: field('to'), agentId: field('agentId') };
    void this.#days.load();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'history-page': HistoryPage;
  }
}
