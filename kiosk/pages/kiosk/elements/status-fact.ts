/** One fact: its subject, a word for its status, one more line. Colour, icon and word always come together. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { shared } from '../../../common/styles.ts';
import type { Fact } from '../messages/tone.ts';
import type { IconName } from '../../../common/app-icon.ts';
import '../../../common/app-icon.ts';

@customElement('status-fact')
export class StatusFact extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        container-type: inline-size;
      }

      .card {
        position: relative;
        display: grid;
        grid-template-columns: auto 1fr auto;
        align-items: center;
        gap: 4px 20px;
        padding: 12px 24px 12px 20px;
        overflow: hidden;
        border-left: 8px solid var(--tone);
      }

      .subject {
        display: grid;
        place-items: center;
        width: 60px;
        height: 60px;
        border-radius: 50%;
        background: var(--tone-soft);
        color: var(--tone);
        font-size: 26px;
      }

      h2 {
        font-size: 0.95rem;
        font-weight: 600;
        color: var(--muted);
      }

      .word {
        color: var(--tone);
        font-size: clamp(1.6rem, 3.2vw, 2.1rem);
        font-weight: 700;
        line-height: 1.15;
        overflow-wrap: anywhere;
      }

      .detail {
        color: var(--muted);
        font-size: 1rem;
      }

      .sign {
        color: var(--tone);
        font-size: 34px;
      }

      .more {
        position: absolute;
        inset: auto 0 0 0;
      }

      .good {
        --tone: var(--good);
        --tone-soft: var(--good-soft);
      }
      .busy {
        --tone: var(--busy);
        --tone-soft: var(--busy-soft);
      }
      .warn {
        --tone: var(--warn);
        --tone-soft: var(--warn-soft);
      }
      .bad {
        --tone: var(--bad);
        --tone-soft: var(--bad-soft);
      }
      .off {
        --tone: var(--off);
        --tone-soft: var(--off-soft);
      }

      @container (max-width: 480px) {
        .card {
          gap: 4px 14px;
          padding: 12px 14px 12px 12px;
        }
        .subject {
          width: 46px;
          height: 46px;
          font-size: 20px;
        }
        .word {
          font-size: 1.5rem;
        }
        .sign {
          font-size: 24px;
        }
      }
    `,
  ];

  @property() label = '';
  @property() icon: IconName = 'relay';
  @property({ attribute: false }) fact: Fact = { tone: 'off', word: '', detail: '' };

  override render() {
    const { tone, word, detail } = this.fact;
    return html`
      <section class="card ${tone}" aria-label=${this.label} data-tone=${tone}>
        <span class="subject"><app-icon name=${this.icon}></app-icon></span>
        <div>
          <h2>${this.label}</h2>
          <p role="status">
            <span class="word" data-hook="word">${word}</span>
          </p>
          <p class="detail">${detail}</p>
        </div>
        <app-icon class="sign" name=${tone}></app-icon>
        <div class="more"><slot></slot></div>
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'status-fact': StatusFact;
  }
}
