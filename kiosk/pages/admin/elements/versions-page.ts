/** Which version runs where: the relay, this page, and the displays. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { VERSION } from '../../../common/version.ts';
import type { FleetController } from '../controllers/fleet-controller.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { WHOLE_FLEET } from '../data/fleet.ts';
import { hrefOf } from '../data/route.ts';
import { versionsOf, type VersionRow } from '../data/versions.ts';
import { adminStyles, pageStyles } from '../styles.ts';
import { kindWord } from '../messages/display.ts';
import { fileLink, tableCard } from './parts.ts';

@localized()
@customElement('versions-page')
export class VersionsPage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    pageStyles,
    css`
      :host {
        max-width: 820px;
      }

      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 4px 24px;
        margin: 0;
      }

      dt {
        color: var(--muted);
        font-weight: 600;
      }

      dd {
        margin: 0;
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @property({ attribute: false }) fleet!: FleetController;
  @property({ type: Number }) version = 0;
  @property() relayVersion = '';

  override render() {
    const rows = versionsOf(this.fleet.devices.values());
    return html`
      <dl class="card section">
        <dt>${msg('Relay', { id: 'admin.versions.relay' })}</dt>
        <dd data-hook="relay-version">${this.relayVersion}</dd>
        <dt>${msg('This page', { id: 'admin.versions.page' })}</dt>
        <dd>
          ${VERSION}
          ${
            this.relayVersion === VERSION
              ? ''
              : msg('– reload it: the relay has another version.', { id: 'admin.versions.reload' })
          }
        </dd>
      </dl>
      ${tableCard(
        msg('Versions of the displays', { id: 'admin.versions.region' }),
        rows.length > 0 ? this.#renderTable(rows) : undefined,
        msg('No display yet.', { id: 'admin.versions.none' }),
      )}
      <p>
        ${fileLink(`${this.api.root}/list?format=csv`, msg('All displays (CSV)', { id: 'admin.versions.csv' }), 'csv-displays')}
      </p>
    `;
  }

  #renderTable(rows: readonly VersionRow[]) {
    return html`
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">${msg('Program', { id: 'admin.versions.kind' })}</th>
            <th scope="col">${msg('Version', { id: 'admin.versions.version' })}</th>
            <th scope="col" class="number">${msg('Displays', { id: 'admin.versions.count' })}</th>
            <th scope="col" class="number">${msg('of them online', { id: 'admin.versions.online' })}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ kind, version, count, online, isNewest }) => html`
              <tr>
                <td>${kindWord(kind)}</td>
                <td>
                  ${
                    version === ''
                      ? msg('does not say', { id: 'admin.versions.unknown' })
                      : html`<a href=${hrefOf({ kind: 'displays', view: { ...WHOLE_FLEET, search: version } })}
                          >${version}</a
                        >`
                  }
                  ${
                    isNewest || version === ''
                      ? ''
                      : html`<span class="pill warn">${msg('Older', { id: 'admin.versions.older' })}</span>`
                  }
                </td>
                <td class="number">${count}</td>
                <td class="number">${this.fleet.live ? online : '–'}</td>
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
    'versions-page': VersionsPage;
  }
}
