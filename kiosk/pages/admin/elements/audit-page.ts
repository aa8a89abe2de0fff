/** Who did what to links and displays, newest first. */
import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import type { AdminAudit, AdminAuditEntry } from '../../../../shared/wire/admin/audit.ts';
import { plainText, searchWords } from '../../../../shared/util/plain-text.ts';
import { shared } from '../../../common/styles.ts';
import { LoadController } from '../controllers/load-controller.ts';
import type { AdminApi } from '../data/admin-api.ts';
import type { Device } from '../data/device.ts';
import { hrefOf } from '../data/route.ts';
import { momentWords } from '../data/age.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles, pageStyles } from '../styles.ts';
import { byWord, auditWord, noteWord } from '../messages/audit.ts';
import { fileLink, problemLine, reading, tableCard } from './parts.ts';

/** More are in the file. */
const SHOWN = 500;

@localized()
@customElement('audit-page')
export class AuditPage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    pageStyles,
    css`
      td.time,
      td.by {
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @property({ attribute: false }) devices: ReadonlyMap<string, Device> = new Map();
  /** Changes whenever the displays do. */
  @property({ type: Number }) version = 0;
  @state() private search = '';
  readonly #audit: LoadController<AdminAudit> = new LoadController(this, (signal) =>
    this.api.get<AdminAudit>(`/audit?limit=${SHOWN}`, signal),
  );

  override firstUpdated(): void {
    void this.#audit.load();
  }

  override render() {
    const { problem, value } = this.#audit;
    const words = searchWords(this.search);
    const shown = (value?.entries ?? []).filter((entry) => {
      const text = plainText(this.#textOf(entry));
      return words.every((word) => text.includes(word));
    });
    return html`
      <div class="tools" role="search">
        <input
          type="search"
          aria-label=${msg('Search', { id: 'admin.audit.search' })}
          placeholder=${msg('Search …', { id: 'admin.audit.search.hint' })}
          @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
        />
        <button class="small" @click=${() => void this.#audit.load()}>
          ${msg('Read again', { id: 'admin.audit.reload' })}
        </button>
        ${fileLink(`${this.api.root}/audit?format=csv`, msg('All of it (CSV)', { id: 'admin.audit.csv' }), 'csv-audit')}
      </div>
      ${problemLine(problem)}
      ${tableCard(
        msg('Audit', { id: 'admin.audit.region' }),
        shown.length > 0 ? this.#renderTable(shown) : undefined,
        value ? msg('Nothing found.', { id: 'admin.audit.none' }) : reading(),
      )}
    `;
  }

  #nameOf = ({ device_id }: AdminAuditEntry): string => this.devices.get(device_id)?.computer_name ?? device_id;

  #textOf(entry: AdminAuditEntry): string {
    return [this.#nameOf(entry), auditWord(entry.action), entry.agent_id, byWord(entry.by), noteWord(entry)].join(' ');
  }

  #renderTable(entries: readonly AdminAuditEntry[]) {
    const locale = formatLocale();
    return html`
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">${msg('When', { id: 'admin.audit.when' })}</th>
            <th scope="col">${msg('PC', { id: 'admin.audit.pc' })}</th>
            <th scope="col">${msg('What', { id: 'admin.audit.what' })}</th>
            <th scope="col">${msg('Agent', { id: 'admin.audit.agent' })}</th>
            <th scope="col">${msg('By', { id: 'admin.audit.by' })}</th>
            <th scope="col">${msg('Note', { id: 'admin.audit.note' })}</th>
          </tr>
        </thead>
        <tbody>
          ${entries.map(
            (entry) => html`
              <tr>
                <td class="time">${momentWords(entry.at, locale)}</td>
                <td>
                  ${
                    this.devices.has(entry.device_id)
                      ? html`<a href=${hrefOf({ kind: 'display', deviceId: entry.device_id })}
                          >${this.#nameOf(entry)}</a
                        >`
                      : this.#nameOf(entry)
                  }
                </td>
                <td>${auditWord(entry.action)}</td>
                <td>${entry.agent_id ?? '–'}</td>
                <td class="by">${byWord(entry.by)}</td>
                <td>${noteWord(entry)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'audit-page': AuditPage;
  }
}
