/**
 * The fields of the picture settings. Keeps what was changed and dispatches `edited` with it; saves nothing. A field
 * without a value in `settings` differs between the displays and has a choice that leaves it so.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { localized, msg } from '@lit/localize';
import type { PictureSettings } from '../../../../shared/wire/picture.ts';
import { shared } from '../../../common/styles.ts';
import { amountSample } from '../data/amount-sample.ts';
import { adminStyles } from '../styles.ts';
import { CHOICES, choiceHint, choiceLabel, optionWord, type Choice } from '../messages/picture.ts';
import './logo-field.ts';

export type PictureEdits = Partial<PictureSettings>;

const ORDER: readonly Choice[] = ['draw', 'picture', 'size', 'caption', 'currency_display', 'ecc'];
const BUDGET_S = { min: 0.5, max: 60, step: 0.5 };

@localized()
@customElement('picture-form')
export class PictureForm extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      :host {
        display: grid;
        gap: 12px;
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
    `,
  ];

  /** As the relay has them. */
  @property({ attribute: false }) settings: PictureEdits = {};
  @state() private edits: PictureEdits = {};
  /** What stands in its field; half a language tag is none yet, and is not to be typed again. */
  @state() private typedLocale: string | undefined;
  @query('[name=budget_s]') private budget!: HTMLInputElement;
  @query('[name=locale]') private locale!: HTMLInputElement;

  /** Says at a field what is wrong with it. True when all are well. */
  reportValidity(): boolean {
    return this.budget.reportValidity() && this.locale.reportValidity();
  }

  /** Forgets what was changed and not saved. */
  reset(): void {
    this.edits = {};
    this.typedLocale = undefined;
  }

  override render() {
    const shown = { ...this.settings, ...this.edits };
    return html`
      ${ORDER.map((choice) => this.#renderChoice(choice, shown))} ${this.#renderLocale(shown)}
      <label>
        ${choiceLabel('budget_ms')}
        <input
          name="budget_s"
          type="number"
          ?required=${this.settings.budget_ms !== undefined}
          min=${BUDGET_S.min}
          max=${BUDGET_S.max}
          step=${BUDGET_S.step}
          .value=${live(shown.budget_ms === undefined ? '' : String(shown.budget_ms / 1000))}
          @input=${this.#editBudget}
          @keydown=${this.#submitOnEnter}
        />
        <span class="hint">${choiceHint('budget_ms')}</span>
      </label>
      <logo-field
        .logo=${shown.idle_logo}
        @chosen=${(event: CustomEvent<string>) => this.#edit({ idle_logo: event.detail })}
      ></logo-field>
    `;
  }

  #renderChoice(choice: Choice, shown: PictureEdits) {
    const options: readonly string[] = CHOICES[choice];
    return html`
      <label>
        ${choiceLabel(choice)}
        <select name=${choice} @change=${(event: Event) => this.#choose(choice, event)}>
          ${
            this.settings[choice] === undefined
              ? html`<option value="" .selected=${live(shown[choice] === undefined)}>
                  ${msg('Leave as it is on each display', { id: 'admin.picture.leave' })}
                </option>`
              : nothing
          }
          ${options.map(
            (option) =>
              html`<option value=${option} .selected=${live(shown[choice] === option)}>
                ${optionWord(choice, option)}
              </option>`,
          )}
        </select>
        <span class="hint">${choiceHint(choice)}</span>
      </label>
    `;
  }

  #renderLocale({ locale, currency_display }: PictureEdits) {
    const sample = locale === undefined ? undefined : amountSample(locale, currency_display ?? 'code');
    return html`
      <label>
        ${choiceLabel('locale')}
        <input
          name="locale"
          maxlength="35"
          autocomplete="off"
          spellcheck="false"
          ?required=${this.settings.locale !== undefined}
          .value=${live(this.typedLocale ?? locale ?? '')}
          @input=${this.#editLocale}
          @keydown=${this.#submitOnEnter}
        />
        <span class="hint">${choiceHint('locale')} <span data-hook="amount-sample">${sample ?? nothing}</span></span>
      </label>
    `;
  }

  #choose(choice: Choice, event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.#edit({ [choice]: value === '' ? undefined : value });
  }

  readonly #editBudget = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (!input.validity.valid) return;
    this.#edit({ budget_ms: input.value === '' ? undefined : input.valueAsNumber * 1000 });
  };

  readonly #editLocale = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    this.typedLocale = input.value;
    const isKnown = input.value === '' || amountSample(input.value, 'code') !== undefined;
    input.setCustomValidity(
      isKnown
        ? ''
        : msg('This is no language tag. Write en, fr or en-IN, for example.', { id: 'admin.picture.locale.bad' }),
    );
    if (input.validity.valid) this.#edit({ locale: input.value === '' ? undefined : input.value });
  };

  /** A field within a shadow root does not submit the form around its element by itself. */
  readonly #submitOnEnter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.closest('form')?.requestSubmit();
  };

  /** A field that is back at its value is not changed. */
  #edit(change: { readonly [K in keyof PictureSettings]?: PictureSettings[K] | undefined }): void {
    const all = { ...this.edits, ...change };
    const edits = Object.entries(all).filter(
      ([name, value]) => value !== undefined && value !== this.settings[name as keyof PictureSettings],
    );
    this.edits = Object.fromEntries(edits);
    this.dispatchEvent(new CustomEvent<PictureEdits>('edited', { detail: this.edits }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'picture-form': PictureForm;
  }
}
