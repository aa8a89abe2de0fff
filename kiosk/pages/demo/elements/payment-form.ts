/** The form of the small counter app: who pays how much, and what the QR says. Hands it on as a `send` event. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { CURRENCIES, paymentCode } from '../data/payment-code.ts';
import type { QrOrder } from '../data/relay-api.ts';

type Source = 'payment' | 'text' | 'image';

@localized()
@customElement('payment-form')
export class PaymentForm extends LitElement {
  static override styles = [
    shared,
    css`
      form {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 14px 16px;
      }

      .wide {
        grid-column: 1 / -1;
      }

      label,
      legend {
        display: grid;
        gap: 4px;
        padding: 0;
        color: var(--muted);
        font-size: 0.95rem;
        font-weight: 600;
      }

      input,
      select,
      textarea {
        width: 100%;
        min-height: 46px;
        padding: 8px 12px;
        border: 1px solid var(--muted);
        border-radius: 10px;
        background: var(--surface);
        color: var(--text);
        font-size: 1.05rem;
        font-weight: 400;
      }

      textarea {
        min-height: 76px;
        font-size: 0.95rem;
        resize: vertical;
      }

      .money {
        display: grid;
        grid-template-columns: 1fr 6.5em;
        gap: 8px;
      }

      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 20px;
        margin: 0;
        padding: 0;
        border: 0;
      }

      .choice {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        min-height: 40px;
        color: var(--text);
        font-weight: 400;
      }

      .choice input {
        width: 18px;
        min-height: 18px;
        accent-color: var(--brand);
      }

      button {
        width: 100%;
      }

      @media (max-width: 420px) {
        form {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  @property({ type: Boolean }) ready = false;
  @state() private source: Source = 'payment';
  @state() private image: string | undefined;

  override render() {
    return html`
      <form @submit=${this.#submit}>
        <label
          >${msg('Customer', { id: 'demo.field.customer' })}<input
            name="customer_name"
            value="A. Ramgoolam"
            maxlength="200"
            autocomplete="off"
        /></label>
        <label
          >${msg('Policy number', { id: 'demo.field.policy' })}<input
            name="policy_number"
            value="MOT-2026-8842"
            maxlength="64"
            autocomplete="off"
        /></label>
        <label class="wide">
          ${msg('Amount', { id: 'demo.field.amount' })}
          <span class="money">
            <input
              name="amount"
              value="1250.00"
              required
              inputmode="decimal"
              pattern="[0-9]+([.][0-9]{1,2})?"
              title=${msg('Such as 1250.00', { id: 'demo.field.amount.hint' })}
            />
            <select name="currency" aria-label=${msg('Currency', { id: 'demo.field.currency' })}>
              ${Object.keys(CURRENCIES).map((code) => html`<option>${code}</option>`)}
            </select>
          </span>
        </label>
        <fieldset class="wide">
          <legend>${msg('What the QR says', { id: 'demo.source' })}</legend>
          ${this.#renderChoice('payment', msg('A payment request', { id: 'demo.source.payment' }))}${this.#renderChoice('text', msg('My own text', { id: 'demo.source.text' }))}
          ${this.#renderChoice('image', msg('An image of a QR', { id: 'demo.source.image' }))}
        </fieldset>
        ${this.#renderSource()}
        <button class="primary big wide" data-hook="send" ?disabled=${!this.ready}>
          ${msg('Show the QR to the customer', { id: 'demo.send' })}
        </button>
      </form>
    `;
  }

  #renderChoice(source: Source, label: string) {
    return html`
      <label class="choice">
        <input
          type="radio"
          name="source"
          value=${source}
          .checked=${this.source === source}
          @change=${() => (this.source = source)}
        />${label}
      </label>
    `;
  }

  #renderSource() {
    switch (this.source) {
      case 'payment':
        return nothing;
      case 'text':
        return html`<label class="wide"
          >${msg('Text', { id: 'demo.field.text' })}<textarea name="text" required maxlength="1200">
https://pay.example/p/8842</textarea>
        </label>`;
      case 'image':
        return html`<label class="wide"
          >${msg('PNG or JPEG', { id: 'demo.field.file' })}<input
            type="file"
            accept="image/png,image/jpeg"
            required
            @change=${this.#takeFile}
        /></label>`;
    }
  }

  async #takeFile(event: Event): Promise<void> {
    const file = (event.target as HTMLInputElement).files?.[0];
    this.image = file && (await asDataUri(file));
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const value = (name: string): string => {
      const entry = form.get(name);
      return typeof entry === 'string' ? entry.trim() : '';
    };
    const about = {
      customer_name: value('customer_name'),
      policy_number: value('policy_number'),
      amount: value('amount'),
      currency: value('currency'),
    };
    const detail: QrOrder = { ...about, ...this.#code(about, value('text')) };
    this.dispatchEvent(new CustomEvent('send', { detail }));
  }

  #code(about: { amount: string; currency: string; policy_number: string }, text: string) {
    switch (this.source) {
      case 'payment':
        return { qr_text: paymentCode({ ...about, reference: about.policy_number || 'COUNTER' }) };
      case 'text':
        return { qr_text: text };
      case 'image':
        return { qr_image: this.image ?? '' };
    }
  }
}

function asDataUri(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read.'));
    reader.readAsDataURL(file);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'payment-form': PaymentForm;
  }
}
