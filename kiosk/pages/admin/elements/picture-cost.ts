/**
 * What picture settings give and cost: a sample as the customer sees it, and the time that it takes on the display's
 * wire.
 */
import { Task } from '@lit/task';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import type { PictureSettings } from '../../../../shared/wire/picture.ts';
import { shared } from '../../../common/styles.ts';
import { durationWords } from '../data/age.ts';
import { SampleMaker } from '../data/sample-maker.ts';
import { SLOWEST, sendingMs, type WireSpeed } from '../data/wire-speed.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';

interface Sample {
  readonly bytes: number;
  readonly url: string;
}

@localized()
@customElement('picture-cost')
export class PictureCost extends LitElement {
  static override styles = [
    shared,
    adminStyles,
    css`
      .cost {
        display: flex;
        align-items: center;
        gap: 16px;
        min-height: 146px;
        padding: 12px 14px;
        border-radius: 12px;
        background: var(--sunken);
      }

      img {
        flex: none;
        width: 80px;
        height: 120px;
        border: 1px solid var(--line);
        border-radius: 4px;
      }

      .time {
        font-size: 1.2rem;
        font-weight: 700;
      }

      .loud {
        color: var(--bad);
      }
    `,
  ];

  /** With what was changed and not saved yet. */
  @property({ attribute: false }) settings!: PictureSettings;
  @property({ attribute: false }) speed: WireSpeed = SLOWEST;
  readonly #maker = new SampleMaker();
  #sample: Sample | undefined;
  readonly #task = new Task(this, {
    args: () => [JSON.stringify(this.settings), this.speed.baudRate] as const,
    task: async ([settings, baudRate], { signal }) =>
      this.#maker.make(JSON.parse(settings) as PictureSettings, baudRate, signal),
    onComplete: (jpeg) => this.#show(jpeg),
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#maker.stop();
    this.#show(undefined);
  }

  override render() {
    const sample = this.#sample;
    if (!sample) return html`<div class="cost hint" data-hook="cost">${this.#words()}</div>`;
    const ms = sendingMs(sample.bytes, this.speed);
    const isLong = ms > this.settings.budget_ms * 1.05;
    const time = durationWords(ms, formatLocale());
    return html`
      <div class="cost" data-hook="cost" data-bytes=${sample.bytes}>
        <img src=${sample.url} alt=${msg('A sample with these settings', { id: 'admin.cost.sample' })} />
        <div role="status">
          <p class="time ${isLong ? 'loud' : ''}" data-hook="cost-time">
            ${msg(str`About ${time} to send`, { id: 'admin.cost.time' })}
          </p>
          ${isLong ? html`<p>${msg('Longer than the time set above: the customer waits.', { id: 'admin.cost.long' })}</p>` : nothing}
          <p class="hint">${this.#basis(sample.bytes)}</p>
        </div>
      </div>
    `;
  }

  #words(): string {
    return this.#task.error === undefined
      ? msg('Making a sample …', { id: 'admin.cost.making' })
      : msg('No sample can be made with these settings.', { id: 'admin.cost.none' });
  }

  #basis(count: number): string {
    const bytes = count.toLocaleString(formatLocale());
    const baud = this.speed.baudRate.toLocaleString(formatLocale());
    return this.speed.by === 'measured'
      ? msg(
          str`A usual payment code: ${bytes} bytes, at the speed of this display’s last codes (about ${baud} baud).`,
          {
            id: 'admin.cost.measured',
          },
        )
      : msg(str`A usual payment code: ${bytes} bytes, at ${baud} baud. This display has not been measured yet.`, {
          id: 'admin.cost.assumed',
        });
  }

  #show(jpeg: Uint8Array | undefined): void {
    if (this.#sample) URL.revokeObjectURL(this.#sample.url);
    this.#sample = jpeg && {
      bytes: jpeg.length,
      url: URL.createObjectURL(new Blob([jpeg.slice()], { type: 'image/jpeg' })),
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'picture-cost': PictureCost;
  }
}
