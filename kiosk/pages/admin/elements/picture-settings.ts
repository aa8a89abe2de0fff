/**
 * How pictures are made for this display, and its logo. Only what was changed is saved; it goes out with the next
 * command.
 */
import { LitElement, css, html, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { localized, msg } from '@lit/localize';
import type { AdminChanged } from '../../../../shared/wire/admin/actions.ts';
import type { PictureSettings as Settings } from '../../../../shared/wire/picture.ts';
import { shared } from '../../../common/styles.ts';
import type { AdminApi } from '../data/admin-api.ts';
import { showNotice } from '../data/page-events.ts';
import { SLOWEST, type WireSpeed } from '../data/wire-speed.ts';
import { adminStyles } from '../styles.ts';
import { problemWords } from '../messages/problem.ts';
import type { PictureEdits, PictureForm } from './picture-form.ts';
import './picture-cost.ts';
import './picture-form.ts';

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

      button {
        justify-self: end;
      }
    `,
  ];

  @property({ attribute: false }) api!: AdminApi;
  @property() deviceId = '';
  /** As the relay has them; read again whenever the display changes. */
  @property({ attribute: false }) settings!: Settings;
  @property({ attribute: false }) speed: WireSpeed = SLOWEST;
  @state() private edits: PictureEdits = {};
  @state() private busy = false;
  @query('picture-form') private fields!: PictureForm | null;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('deviceId')) this.#forgetEdits();
  }

  override render() {
    return html`
      <form class="card section" data-hook="picture-settings" @submit=${(event: SubmitEvent) => void this.#save(event)}>
        <h2>${msg('Picture settings', { id: 'admin.picture' })}</h2>
        <picture-form
          .settings=${{ idle_logo: '', ...this.settings }}
          @edited=${(event: CustomEvent<PictureEdits>) => (this.edits = event.detail)}
        ></picture-form>
        <picture-cost .settings=${{ ...this.settings, ...this.edits }} .speed=${this.speed}></picture-cost>
        <button class="small primary" data-hook="save-picture" ?disabled=${this.busy || this.#isUnchanged()}>
          ${msg('Save', { id: 'admin.picture.save' })}
        </button>
      </form>
    `;
  }

  #isUnchanged(): boolean {
    return Object.keys(this.edits).length === 0;
  }

  #forgetEdits(): void {
    this.edits = {};
    this.fields?.reset();
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.#isUnchanged() || this.fields?.reportValidity() === false) return;
    const { deviceId, edits } = this;
    this.busy = true;
    try {
      const { device } = (await this.api.act(deviceId, 'settings', edits)) as AdminChanged;
      if (deviceId !== this.deviceId) return;
      this.settings = device.settings;
      this.#forgetEdits();
      showNotice(this, msg('Saved. It counts from the next QR on.', { id: 'admin.picture.saved' }));
    } catch (error) {
      showNotice(this, problemWords(error));
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
