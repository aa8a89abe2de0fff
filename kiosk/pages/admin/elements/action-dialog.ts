/**
 * Says what an action does and to how many displays, asks for the text that it needs, carries it out and lists
 * refusals.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import {
  carryOut,
  isGrave,
  MAX_INPUT_CHARS,
  MESSAGE_SECONDS,
  type Action,
  type ActionBody,
  type ActionOutcome,
  type ActionRequest,
} from '../data/actions.ts';
import { lengthWords } from '../data/age.ts';
import type { Device } from '../data/device.ts';
import { followCommands, LONGEST_CHECK_MS, type CommandCounts } from '../data/follow-commands.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { showNotice } from '../data/page-events.ts';
import { adminStyles } from '../styles.ts';
import { actionWords, outcomeWords } from '../messages/actions.ts';
import { checkOutcome } from '../messages/check.ts';
import { problemWords } from '../messages/problem.ts';
import type { PictureEdits } from './picture-form.ts';
import './picture-form.ts';

type Refused = Extract<ActionOutcome, { kind: 'refused' }>;

type Phase =
  | { readonly kind: 'asking' }
  | { readonly kind: 'working'; readonly done: number }
  | { readonly kind: 'refused'; readonly refusals: readonly Refused[] };

/** So many names are listed; the rest is counted. */
const MAX_NAMED = 5;

@localized()
@customElement('action-dialog')
export class ActionDialog extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      dialog {
        width: min(520px, calc(100vw - 32px));
        max-height: calc(100vh - 32px);
        overflow: auto;
        padding: 24px 26px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--text);
        box-shadow: 0 12px 48px rgb(0 0 0 / 30%);
      }

      dialog::backdrop {
        background: rgb(8 16 24 / 55%);
      }

      form {
        display: grid;
        gap: 14px;
      }

      h2 {
        font-size: 1.3rem;
      }

      label {
        display: grid;
        gap: 4px;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 10px;
        margin-top: 6px;
      }

      .confirm.grave {
        border-color: var(--bad);
        background: var(--bad);
        color: var(--surface);
      }

      ul {
        max-height: 40vh;
        padding-left: 1.2em;
        overflow: auto;
      }

      progress {
        width: 100%;
        accent-color: var(--brand);
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @state() private request: ActionRequest | undefined;
  @state() private phase: Phase = { kind: 'asking' };
  /** What was chosen for the action `settings`. */
  @state() private edits: PictureEdits = {};
  #following = new AbortController();
  @query('dialog') private dialog!: HTMLDialogElement;

  /** The displays are those of the moment of asking, whatever the relay sends meanwhile. */
  async ask(request: ActionRequest): Promise<void> {
    this.request = request;
    this.phase = { kind: 'asking' };
    this.edits = {};
    this.renderRoot.querySelector('picture-form')?.reset();
    await this.updateComplete;
    this.dialog.showModal();
    const [first] = request.devices;
    const input = this.renderRoot.querySelector('input');
    if (input && request.action === 'rename' && first) input.value = first.computer_name;
    input?.select();
  }

  override render() {
    return html`
      <dialog aria-labelledby="title" @cancel=${this.#cancel}>
        ${this.request ? this.#renderRequest(this.request) : nothing}
      </dialog>
    `;
  }

  #renderRequest(request: ActionRequest) {
    const { label, ask } = actionWords(request.action);
    return html`
      <form @submit=${(event: SubmitEvent) => void this.#go(event, request)}>
        <h2 id="title">${label}</h2>
        <p data-hook="whom"><strong>${whom(request)}</strong></p>
        ${
          this.phase.kind === 'refused'
            ? this.#renderRefusals(this.phase.refusals, request)
            : html`
                <p>${ask}</p>
                ${this.#renderInput(request)} ${this.#renderProgress(request)}
                <div class="buttons">
                  <button type="button" ?disabled=${this.phase.kind === 'working'} @click=${() => this.dialog.close()}>
                    ${msg('Cancel', { id: 'admin.dialog.cancel' })}
                  </button>
                  <button
                    class="confirm ${isGrave(request.action) ? 'grave' : 'primary'}"
                    data-hook="confirm"
                    ?disabled=${this.phase.kind === 'working'}
                  >
                    ${confirmWords(request, label)}
                  </button>
                </div>
              `
        }
      </form>
    `;
  }

  #renderInput({ action, devices }: ActionRequest) {
    if (action === 'settings')
      return html`<picture-form
        .settings=${commonSettings(devices)}
        @edited=${(event: CustomEvent<PictureEdits>) => (this.edits = event.detail)}
      ></picture-form>`;
    const { input } = actionWords(action);
    if (input === undefined) return nothing;
    const max = action === 'rename' ? MAX_INPUT_CHARS.rename : MAX_INPUT_CHARS.message;
    return html`
      <label>${input}<input name="text" required maxlength=${max} autocomplete="off" /></label>
      ${action === 'message' ? this.#renderSeconds() : nothing}
    `;
  }

  #renderSeconds() {
    return html`
      <label>
        ${msg('For how long', { id: 'admin.action.message.seconds' })}
        <select name="display_seconds">
          ${MESSAGE_SECONDS.map((seconds) => html`<option value=${seconds}>${lengthWords(seconds * 1000)}</option>`)}
        </select>
      </label>
    `;
  }

  #renderProgress({ devices }: ActionRequest) {
    if (this.phase.kind !== 'working' || devices.length === 1) return nothing;
    return html`<progress
      max=${devices.length}
      .value=${this.phase.done}
      aria-label=${msg('Progress', { id: 'admin.dialog.progress' })}
    ></progress>`;
  }

  #renderRefusals(refusals: readonly Refused[], { devices }: ActionRequest) {
    return html`
      <p role="alert" class="problem">
        ${msg(str`${refusals.length} of ${devices.length} did not work:`, { id: 'admin.dialog.refused' })}
      </p>
      <ul>
        ${refusals.map(
          (refused) => html`<li><strong>${refused.device.computer_name}</strong>: ${problemWords(refused.error)}</li>`,
        )}
      </ul>
      <div class="buttons">
        <button type="button" class="primary" @click=${() => this.dialog.close()}>
          ${msg('Close', { id: 'admin.dialog.close' })}
        </button>
      </div>
    `;
  }

  async #go(event: SubmitEvent, request: ActionRequest): Promise<void> {
    event.preventDefault();
    if (request.action === 'settings' && Object.keys(this.edits).length === 0) return;
    const body = request.action === 'settings' ? this.edits : bodyOf(request.action, event.target as HTMLFormElement);
    this.phase = { kind: 'working', done: 0 };
    const outcomes = await carryOut(this.api, request, body, (done) => {
      this.phase = { kind: 'working', done };
    });
    const refusals = outcomes.filter((outcome) => outcome.kind === 'refused');
    if (refusals.length > 0) this.phase = { kind: 'refused', refusals };
    else this.dialog.close();
    this.dispatchEvent(new CustomEvent('carried-out', { detail: request }));
    await this.#follow(request, outcomes);
  }

  /** Says what was queued, then what the displays have done of it. A newer action takes the notice over. */
  async #follow(request: ActionRequest, outcomes: readonly ActionOutcome[]): Promise<void> {
    this.#following.abort();
    const { signal } = (this.#following = new AbortController());
    const tell = (counts?: CommandCounts): void =>
      showNotice(this, outcomeWords(request, whom(request), outcomes, counts));
    tell();
    const commandIds = outcomes.flatMap((outcome) => (outcome.kind === 'queued' ? [outcome.commandId] : []));
    if (commandIds.length === 0) return;
    if (request.action !== 'check') await followCommands(this.api, commandIds, { onCounts: tell, signal });
    else {
      let said = false;
      await followCommands(this.api, commandIds, {
        onCounts: (counts) => said || tell(counts),
        onReported: ({ picture, error }) => {
          said = true;
          showNotice(this, checkOutcome(whom(request), picture?.check, error));
        },
        longestMs: LONGEST_CHECK_MS,
        signal,
      });
    }
  }

  readonly #cancel = (event: Event): void => {
    if (this.phase.kind === 'working') event.preventDefault();
  };
}

function bodyOf(action: Action, form: HTMLFormElement): ActionBody {
  const field = (name: string): string => {
    const value = new FormData(form).get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  if (action === 'message') return { text: field('text'), display_seconds: Number(field('display_seconds')) };
  return action === 'rename' ? { computer_name: field('text') } : {};
}

/** The values that all displays share. The list has no logos, so that a logo stays unless another is chosen. */
function commonSettings([first, ...others]: readonly Device[]): PictureEdits {
  const entries = Object.entries(first?.settings ?? {}).filter(([name, value]) =>
    others.every(({ settings }) => settings[name as keyof PictureEdits] === value),
  );
  return Object.fromEntries(entries);
}

function whom({ devices }: ActionRequest): string {
  const names = devices.slice(0, MAX_NAMED).map(({ computer_name }) => computer_name);
  const rest = devices.length - names.length;
  return rest === 0 ? names.join(', ') : msg(str`${names.join(', ')} and ${rest} more`, { id: 'admin.dialog.more' });
}

function confirmWords({ devices }: ActionRequest, label: string): string {
  return devices.length === 1
    ? label
    : msg(str`${label} on ${devices.length} displays`, { id: 'admin.dialog.confirm_many' });
}

declare global {
  interface HTMLElementTagNameMap {
    'action-dialog': ActionDialog;
  }
}
