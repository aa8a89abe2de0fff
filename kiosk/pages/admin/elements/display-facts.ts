/** The three facts of a display side by side, never mixed, and what else is known of it. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { ageWords, durationWords, percentWords } from '../data/age.ts';
import { factsOf, seenAt, type Device } from '../data/device.ts';
import { formatLocale } from '../locales/localization.ts';
import { factList } from '../fact-list-styles.ts';
import { adminStyles } from '../styles.ts';
import { kindWord } from '../messages/display.ts';
import { columnHint, columnWord } from '../messages/fleet.ts';
import { displayWord, relayWord, usbWord } from '../messages/states.ts';

@localized()
@customElement('display-facts')
export class DisplayFacts extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    factList,
    css`
      :host {
        display: grid;
        gap: 12px;
      }

      .three {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 12px;
      }

      .fact {
        padding: 14px 18px;
        border-left: 8px solid var(--tone);
      }

      .fact h2 {
        color: var(--muted);
        font-size: 0.92rem;
      }

      .word {
        color: var(--tone);
        font-size: 1.5rem;
        font-weight: 700;
        line-height: 1.25;
      }

      .hint {
        color: var(--muted);
        font-size: 0.88rem;
      }

      .good {
        --tone: var(--good);
      }
      .busy {
        --tone: var(--busy);
      }
      .warn {
        --tone: var(--warn);
      }
      .bad {
        --tone: var(--bad);
      }
      .off {
        --tone: var(--off);
      }

      @media (max-width: 620px) {
        .three {
          grid-template-columns: minmax(0, 1fr);
          gap: 8px;
        }
        .fact {
          display: grid;
          grid-template-columns: 1fr auto;
          align-items: baseline;
          padding: 10px 14px;
        }
        .word {
          font-size: 1.2rem;
        }
        .hint {
          grid-column: span 2;
        }
        dl {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }
    `,
  ];

  @property({ attribute: false }) device!: Device;
  @property({ type: Boolean }) live = false;
  @property({ type: Number }) now = 0;
  @property({ type: Number }) heardAt = 0;

  override render() {
    const facts = factsOf(this.device, this.live);
    const three = [
      { key: 'relay', word: relayWord(facts.relay) },
      { key: 'usb', word: usbWord(facts.usb) },
      { key: 'display', word: displayWord(facts.display) },
    ] as const;
    return html`
      <div class="three">
        ${three.map(
          ({ key, word }) => html`
            <section class="card fact ${word.tone}" data-hook="fact-${key}" data-tone=${word.tone}>
              <h2>${columnWord(key)}</h2>
              <p class="word">${word.text}</p>
              <p class="hint">${columnHint(key)}</p>
            </section>
          `,
        )}
      </div>
      <dl class="card section">
        ${this.#details().map(
          ([label, value]) => html`
            <div>
              <dt>${label}</dt>
              <dd>${value}</dd>
            </div>
          `,
        )}
      </dl>
    `;
  }

  #details(): [string, string][] {
    const { device, now } = this;
    const locale = formatLocale();
    const date = (text: string | null): string =>
      text === null
        ? '–'
        : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(text));
    const seen = seenAt(device, this);
    const agent = device.agent_name ?? device.agent_id;
    return [
      [
        columnWord('agent'),
        agent === null ? '–' : msg(str`${agent}, since ${date(device.linked_at)}`, { id: 'admin.detail.agent' }),
      ],
      [columnWord('last_seen'), seen === undefined ? '–' : ageWords(seen, now, locale)],
      [columnWord('qr_today'), device.qr_today.toLocaleString(locale)],
      [columnWord('errors'), device.errors.toLocaleString(locale)],
      [columnWord('queued'), device.queued.toLocaleString(locale)],
      [
        msg('Average response', { id: 'admin.detail.response' }),
        device.avg_response === null ? '–' : durationWords(device.avg_response, locale),
      ],
      [columnWord('poll_gap'), device.poll_gap_ms > 0 ? durationWords(device.poll_gap_ms, locale) : '–'],
      [msg('QR since it is registered', { id: 'admin.detail.total' }), device.qr_total.toLocaleString(locale)],
      [msg('Program', { id: 'admin.detail.kind' }), `${kindWord(device.kind)} ${device.version ?? ''}`],
      [msg('Runs on', { id: 'admin.detail.system' }), device.system ?? '–'],
      [columnWord('uptime'), percentWords(device.uptime, locale)],
      [msg('Port', { id: 'admin.detail.port' }), device.com_port ?? '–'],
      [
        msg('Registered', { id: 'admin.detail.registered' }),
        device.enrolled ? date(device.registered_at) : msg('Locked out', { id: 'admin.locked_out' }),
      ],
      [msg('Id', { id: 'admin.detail.id' }), device.device_id],
    ];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'display-facts': DisplayFacts;
  }
}
