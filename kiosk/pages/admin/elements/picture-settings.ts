/** How pictures are made for this display, and its logo; goes out with its next command. */
import { LitElement, css, html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import type { AdminChanged } from '../../../../shared/wire/admin.ts';
import { messageOf } from '../../../../shared/wire/errors.ts';
import type { PictureSettings as Settings } from '../../../../shared/wire/schemas.ts';
import { shared } from '../../../common/styles.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { showNotice } from '../data/page-events.ts';
import { adminStyles } from '../styles.ts';
import { CHOICES, choiceHint, choiceLabel, optionWord, type Choice } from '../messages/picture.ts';
import './logo-field.ts';

const ORDER: readonly Choice[] = ['picture', 'size', 'caption', 'ecc'];
const BUDGET_S = { min: 0.5, max: 60, step: 0.5 };

@localized()
@customElement('picture-settings')
export class PictureSettings extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      form {
        display: grid;
        gap: 12px;
        height: 100%;
        align-content: start;
      }

      label {
        display: grid;
        gap: 3px;
        font-size: 0.95rem;
      }

      select,
      input {
        width: 100%;
        min-width: 0;
      }

      button {
        justify-self: end;
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @property() deviceId = '';
  @property({ attribute: false }) settings!: Settings;
  @state() private busy = false;
  /** Chosen and not saved yet; empty: to be taken away. */
  @state() private logo: string | undefined;

  override render() {
    return html`
      <form class="card section" data-hook="picture-settings" @submit=${(event: SubmitEvent) => void this.#save(event)}>
        <h2>${msg('Picture settings', { id: 'admin.picture' })}</h2>
        ${ORDER.map(
          (choice) => html`
            <label>
              ${choiceLabel(choice)}
              <select name=${choice}>
                ${CHOICES[choice].map(
                  (option) =>
                    html`<option value=${option} ?selected=${this.settings[choice] === option}>
                      ${optionWord(choice, option)}
                    </option>`,
                )}
              </select>
              <span class="hint">${choiceHint(choice)}</span>
            </label>
          `,
        )}
        <label>
          ${choiceLabel('budget_ms')}
          <input
            name="budget_s"
            type="number"
            required
            min=${BUDGET_S.min}
            max=${BUDGET_S.max}
            step=${BUDGET_S.step}
            value=${this.settings.budget_ms / 1000}
          />
          <span class="hint">${choiceHint('budget_ms')}</span>
        </label>
        <logo-field
          .logo=${this.logo ?? this.settings.idle_logo ?? ''}
          @chosen=${(event: CustomEvent<string>) => (this.logo = event.detail)}
        ></logo-field>
        <button class="small primary" ?disabled=${this.busy}>${msg('Save', { id: 'admin.picture.save' })}</button>
      </form>
    `;
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { budget_s, ...chosen } = Object.fromEntries(new FormData(event.target as HTMLFormElement));
    this.busy = true;
    try {
      const answer = await this.api.act(this.deviceId, 'settings', {
        ...chosen,
        budget_ms: Number(budget_s) * 1000,
        ...(this.logo === undefined ? {} : { idle_logo: this.logo }),
      });
      this.settings = (answer as AdminChanged).device.settings;
      this.logo = undefined;
      showNotice(this, msg('Saved. It counts from the next QR on.', { id: 'admin.picture.saved' }));
    } catch (error) {
      showNotice(this, messageOf(error));
    } finally {
      this.busy = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'picture-settings': PictureSettings;
  }
}
