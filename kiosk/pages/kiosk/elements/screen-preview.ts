/**
 * What the customer sees, at the display's own size: the bytes that were sent, or those that the virtual display
 * received.
 */
import { LitElement, css, html, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import { DISPLAY_HEIGHT, DISPLAY_WIDTH } from '../../../../shared/wire/display.ts';
import type { ShownScreen } from '../../../../shared/station/station-types.ts';
import type { VirtualScreen } from '../../../worker/messages.ts';
import { shared } from '../../../common/styles.ts';

@localized()
@customElement('screen-preview')
export class ScreenPreview extends LitElement {
  static override styles = [
    shared,
    css`
      figure {
        margin: 0;
        width: fit-content;
        max-width: 100%;
      }

      .device {
        padding: 16px 16px 26px;
        border-radius: 26px;
        background: linear-gradient(160deg, #2c353d, #11161a);
        box-shadow:
          inset 0 0 0 1px rgb(255 255 255 / 14%),
          var(--shadow);
      }

      .screen {
        display: grid;
        place-items: center;
        width: 320px;
        max-width: 100%;
        aspect-ratio: 320 / 480;
        overflow: hidden;
        border-radius: 4px;
        background: #05080a;
        color: #9fb0bd;
        text-align: center;
      }

      img {
        display: block;
        width: 100%;
        height: 100%;
      }

      .empty {
        max-width: 14em;
        padding: 16px;
      }

      figcaption {
        margin-top: 10px;
        color: var(--muted);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) screen: ShownScreen | undefined;
  /** The display answers. Without a picture from the relay it shows its stored pictures. */
  @property({ type: Boolean }) connected = false;
  /** Set on a virtual display, and then shown instead of `screen`. */
  @property({ attribute: false }) virtualScreen: VirtualScreen | undefined;
  @state() private imageUrl: string | undefined;
  #shown: Uint8Array | undefined;

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('screen') && !changed.has('virtualScreen')) return;
    const jpeg = this.#jpeg();
    if (jpeg === this.#shown) return;
    this.#shown = jpeg;
    const before = this.imageUrl;
    this.imageUrl = jpeg && URL.createObjectURL(new Blob([jpeg.slice()], { type: 'image/jpeg' }));
    // The old picture stays until the new one is drawn.
    if (before) setTimeout(() => URL.revokeObjectURL(before), 1_000);
  }

  override render() {
    return html`
      <figure>
        <div class="device">
          <div
            class="screen"
            data-hook="glass"
            data-screen=${this.virtualScreen?.kind ?? this.screen?.screen ?? 'none'}
          >
            ${
              this.imageUrl
                ? html`<img
                    data-hook="picture"
                    width=${DISPLAY_WIDTH}
                    height=${DISPLAY_HEIGHT}
                    src=${this.imageUrl}
                    alt=${this.#description()}
                  />`
                : html`<p class="empty">${this.#emptyText()}</p>`
            }
          </div>
        </div>
        <figcaption>${msg('What the customer sees', { id: 'preview.caption' })}</figcaption>
      </figure>
    `;
  }

  #jpeg(): Uint8Array | undefined {
    if (!this.virtualScreen) return this.screen?.jpeg;
    return 'jpeg' in this.virtualScreen ? this.virtualScreen.jpeg : undefined;
  }

  #emptyText(): string {
    switch (this.virtualScreen?.kind) {
      case 'booting':
        return msg('Starting …', { id: 'preview.booting' });
      case 'dark':
        return msg('No power', { id: 'preview.dark' });
      default:
        if (this.connected && this.screen && this.screen.screen !== 'idle')
          return msg('The display draws this by itself', { id: 'preview.own' });
        return this.connected
          ? msg('Its own idle pictures', { id: 'preview.rotation' })
          : msg('Not known until the display is connected', { id: 'preview.unknown' });
    }
  }

  #description(): string {
    switch (this.screen?.screen) {
      case 'qr':
        return msg('A customer’s QR code', { id: 'preview.qr' });
      case 'paid':
        return msg('“Paid”', { id: 'preview.paid' });
      case 'cancelled':
        return msg('“Cancelled”', { id: 'preview.cancelled' });
      case 'test':
        return msg('The test card', { id: 'preview.test' });
      case 'pairing':
        return msg('A pairing code', { id: 'preview.pairing' });
      case 'identify':
        return msg('The display’s name', { id: 'preview.identify' });
      case 'message':
        return msg('A message', { id: 'preview.message' });
      case 'idle':
      case undefined:
        return msg('The idle picture', { id: 'preview.idle' });
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'screen-preview': ScreenPreview;
  }
}
