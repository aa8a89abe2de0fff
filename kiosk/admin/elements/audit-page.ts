/** Who did what to links and displays, newest first. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import type { AdminAudit, AdminAuditEntry } from '../../../shared/admin.ts';
import '../../elements/app-icon.ts';
import { shared } from '../../styles/shared.ts';
import { LoadController } from '../controllers/load-controller.ts';
import type { AdminApi } from '../data/admin-api.ts';
import type { Device } from '../data/device.ts';
import { plain } from '../data/fleet.ts';
import { hrefOf } from '../data/route.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';
import { byWord, deedWord } from '../words/audit.ts';

/** More are in the file. */
const SHOWN = 500;

@localized()
@customElement('audit-page')
export class AuditPage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px;
      }

      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 10px 22px;
      }

      .tools a {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        font-weight: 600;
      }

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
  readonly #audit: LoadController<AdminAudit> = new LoadController(this, () =>
    this.api.get<AdminAudit>(`/audit?limit=${SHOWN}`),
  );

  override firstUpdated(): void {
    void this.#audit.load();
  }

  override render() {
    const { problem, value } = this.#audit;
    const words = plain(this.search).split(/\s+/).filter(Boolean);
    const shown = (value?.entries ?? []).filter((entry) => {
      const text = plain(this.#textOf(entry));
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
        <a href="${this.api.root}/audit?format=csv" download data-hook="csv-audit">
          <app-icon name="download"></app-icon>${msg('All of it (CSV)', { id: 'admin.audit.csv' })}
        </a>
      </div>
      ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
      <div class="card scroll" tabindex="0" role="region" aria-label=${msg('Audit', { id: 'admin.audit.region' })}>
        ${
          shown.length > 0
            ? this.#renderTable(shown)
            : html`<p class="empty">
                ${value ? msg('Nothing found.', { id: 'admin.audit.none' }) : msg('Reading …', { id: 'admin.reading' })}
              </p>`
        }
      </div>
    `;
  }

  #nameOf = ({ device_id }: AdminAuditEntry): string => this.devices.get(device_id)?.computer_name ?? device_id;

  #textOf(entry: AdminAuditEntry): string {
    return [this.#nameOf(entry), deedWord(entry.action), entry.agent_id, byWord(entry.by), entry.note].join(' ');
  }

  #renderTable(entries: readonly AdminAuditEntry[]) {
    const time = new Intl.DateTimeFormat(formatLocale(), { dateStyle: 'medium', timeStyle: 'medium' });
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
                <td class="time">${time.format(new Date(entry.at))}</td>
                <td>
                  ${
                    this.devices.has(entry.device_id)
                      ? html`<a href=${hrefOf({ kind: 'display', deviceId: entry.device_id })}
                          >${this.#nameOf(entry)}</a
                        >`
                      : this.#nameOf(entry)
                  }
                </td>
                <td>${deedWord(entry.action)}</td>
                <td>${entry.agent_id ?? '–'}</td>
                <td class="by">${byWord(entry.by)}</td>
                <td>${entry.note ?? ''}</td>
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
