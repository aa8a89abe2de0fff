/** Enrolment requests of kiosks that were opened without a set-up key: approve or deny. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { AdminEnrolment } from '../../../../shared/wire/admin/enrolment.ts';
import { shared } from '../../../common/styles.ts';
import { ageWords } from '../data/age.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { showNotice } from '../data/page-events.ts';
import { formatLocale } from '../locales/localization.ts';
import { rowOf, rowsInPlace, type EnrolmentRow } from '../data/enrolment-rows.ts';
import { auditWord } from '../messages/audit.ts';
import { adminStyles } from '../styles.ts';
import { problemWords } from '../messages/problem.ts';

@localized()
@customElement('enrolments-page')
export class EnrolmentsPage extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 14px;
      }

      ul {
        display: grid;
        gap: 12px;
        padding: 0;
        list-style: none;
      }

      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 8px 24px;
        padding: 16px 22px;
      }

      .code {
        font-family: ui-monospace, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace;
        font-size: 1.9rem;
        font-weight: 700;
        letter-spacing: 0.12em;
      }

      h2 {
        overflow-wrap: anywhere;
      }

      .known {
        color: var(--warn);
        font-weight: 600;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 10px;
      }

      @media (max-width: 760px) {
        li {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @property({ attribute: false }) enrolments: readonly AdminEnrolment[] = [];
  @property({ type: Number }) now = 0;
  @property({ type: Boolean }) live = false;
  /** Requests that a decision is under way for. */
  @state() private deciding: ReadonlySet<string> = new Set();
  /** While the pointer is over the list, its rows stay where they are: a second click must not meet the next PC. */
  @state() private isHeld = false;
  readonly #decided = new Map<string, 'approved' | 'denied'>();
  #rows: readonly EnrolmentRow[] = [];

  override render() {
    const waiting = this.enrolments.filter(
      ({ verdict, expires_at }) => verdict === 'waiting' && Date.parse(expires_at) > this.now,
    );
    this.#rows = this.isHeld ? rowsInPlace(this.#rows, waiting, this.enrolments, this.#decided) : waiting.map(rowOf);
    return html`
      <p class="muted">
        ${msg('A kiosk opened without a set-up key shows a code. Compare it with the code here, then let the PC in.', { id: 'admin.waiting.intro' })}
      </p>
      ${
        this.#rows.length === 0
          ? html`<p class="card empty" data-hook="none-waiting">
              ${
                this.live
                  ? msg('Nobody waits.', { id: 'admin.waiting.none' })
                  : msg('Not known until the relay is heard again.', { id: 'admin.waiting.silent' })
              }
            </p>`
          : html`<ul @pointerenter=${() => (this.isHeld = true)} @pointerleave=${() => (this.isHeld = false)}>
              ${this.#rows.map((row) => this.#renderRow(row))}
            </ul>`
      }
    `;
  }

  #renderRow({ request, state }: EnrolmentRow) {
    const { code, computer_name, known, name_taken, asked_at } = request;
    return html`
      <li class="card" data-request=${request.request_id}>
        <span class="code" data-hook="code">${code}</span>
        <div>
          <h2>${computer_name}</h2>
          <p class="muted">
            ${msg(str`Asked ${ageWords(Date.parse(asked_at), this.now, formatLocale())}`, { id: 'admin.waiting.asked' })}
          </p>
          ${
            known
              ? html`<p class="known">
                  ${msg('A display with this id is registered already. It can come back only after you have locked that one out, or let it register again.', { id: 'admin.waiting.known' })}
                </p>`
              : nothing
          }
          ${
            name_taken
              ? html`<p class="known" data-hook="name-taken">
                  ${msg(str`${computer_name} is registered already: let this one in only if that PC’s browser lost its data, and remove the old entry then; until you do, the name fits two displays.`, { id: 'admin.waiting.name_taken' })}
                </p>`
              : nothing
          }
        </div>
        ${state === 'waiting' ? this.#renderButtons(request) : renderState(state)}
      </li>
    `;
  }

  #renderButtons(request: AdminEnrolment) {
    const isBusy = this.deciding.has(request.request_id) || !this.live;
    return html`
      <div class="buttons">
        <button ?disabled=${isBusy} data-hook="deny" @click=${() => void this.#decide(request, 'deny')}>
          ${msg('Turn away', { id: 'admin.waiting.deny' })}
        </button>
        <button
          class="primary"
          ?disabled=${isBusy}
          data-hook="approve"
          @click=${() => void this.#decide(request, 'approve')}
        >
          ${msg('Let in', { id: 'admin.waiting.approve' })}
        </button>
      </div>
    `;
  }

  async #decide({ request_id, computer_name }: AdminEnrolment, verdict: 'approve' | 'deny'): Promise<void> {
    this.deciding = new Set([...this.deciding, request_id]);
    try {
      await this.api.post(`/enrolments/${encodeURIComponent(request_id)}/${verdict}`);
      this.#decided.set(request_id, verdict === 'approve' ? 'approved' : 'denied');
      showNotice(
        this,
        verdict === 'approve'
          ? msg(str`${computer_name} was let in; it registers by itself within seconds.`, {
              id: 'admin.waiting.approved',
            })
          : msg(str`${computer_name} was turned away.`, { id: 'admin.waiting.denied' }),
      );
    } catch (error) {
      showNotice(this, problemWords(error));
    } finally {
      this.deciding = new Set([...this.deciding].filter((id) => id !== request_id));
    }
  }
}

function renderState(state: Exclude<EnrolmentRow['state'], 'waiting'>) {
  switch (state) {
    case 'approved':
      return html`<span class="pill good" data-hook="verdict">${auditWord('enrolment_approved')}</span>`;
    case 'denied':
      return html`<span class="pill off" data-hook="verdict">${auditWord('enrolment_denied')}</span>`;
    case 'over':
      return html`<span class="pill off" data-hook="verdict">${msg('Over', { id: 'admin.waiting.over' })}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'enrolments-page': EnrolmentsPage;
  }
}
