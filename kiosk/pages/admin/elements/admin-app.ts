/** The admin page: session, section and whether the relay is heard. Wires controllers to elements. */
import { LitElement, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import { shared } from '../../../common/styles.ts';
import { FleetController } from '../controllers/fleet-controller.ts';
import type { ActionRequest } from '../data/actions.ts';
import { AdminApi } from '../data/admin-api.ts';
import { WHOLE_FLEET, type View } from '../data/fleet.ts';
import { SECTIONS, hrefOf, readRoute, sectionOf, type Route } from '../data/route.ts';
import { formatLocale } from '../locales/localization.ts';
import { adminStyles } from '../styles.ts';
import { problemWords } from '../messages/problem.ts';
import { relayNoticeWords } from '../messages/relay-notice.ts';
import { sectionWord, titleOf } from '../messages/sections.ts';
import type { ActionDialog } from './action-dialog.ts';
import { adminAppStyles } from './admin-app-styles.ts';
import './action-dialog.ts';
import './admin-language.ts';
import './audit-page.ts';
import './display-page.ts';
import './fleet-page.ts';
import './history-page.ts';
import './qr-page.ts';
import './qr-story.ts';
import './sign-in.ts';
import './versions-page.ts';
import './enrolments-page.ts';

type Session = 'asking' | 'in' | 'out';

const NOTICE_MS = 10_000;

// In this order: see kiosk-app.ts.
@customElement('admin-app')
@localized()
export class AdminApp extends LitElement {
  static override styles = [shared, adminStyles, adminAppStyles];

  readonly #api = new AdminApi(new URL('../api/device', location.href).href);
  readonly #fleet = new FleetController(this, this.#api, { onSignedOut: () => this.#signedOut() });
  @state() private session: Session = 'asking';
  @state() private reason = '';
  @state() private route: Route = readRoute(location.hash);
  @state() private notice = '';
  /** Counts the actions carried out, so that the display's page reloads. */
  @state() private actionsDone = 0;
  @query('action-dialog') private dialog!: ActionDialog | null;
  @query('h1') private heading!: HTMLElement | null;
  @query('nav [aria-current]') private section!: HTMLElement | null;
  #forgetNotice: ReturnType<typeof setTimeout> | undefined;
  /** The list as it was left, for the way back from a display. */
  #view: View = WHOLE_FLEET;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#moved);
    this.addEventListener('action-request', (event) => void this.dialog?.ask(event.detail));
    this.addEventListener('view-change', (event) => this.#show(event.detail));
    this.addEventListener('notice', (event) => this.#showNotice(event.detail));
    this.addEventListener('signed-out', () => this.#signedOut());
    void this.#resume();
  }

  override disconnectedCallback(): void {
    removeEventListener('hashchange', this.#moved);
    clearTimeout(this.#forgetNotice);
    super.disconnectedCallback();
  }

  override render() {
    if (this.session === 'asking') return nothing;
    if (this.session === 'out')
      return html`<sign-in .api=${this.#api} .reason=${this.reason} @signed-in=${this.#signedIn}></sign-in>`;
    return html`
      ${this.#renderHeader()}
      <main>
        ${this.#renderSilence()} ${this.#renderRelayNotices()}
        <h1 tabindex="-1">${titleOf(this.route, this.#fleet.devices)}</h1>
        ${this.#renderPage()}
      </main>
      ${/* Always there, because a status that only now appears is read out by few screen readers. */ nothing}
      <p role="status" class=${this.notice === '' ? 'visually-hidden' : 'notice'} data-hook="notice">${this.notice}</p>
      <action-dialog .api=${this.#api} @carried-out=${this.#carriedOut}></action-dialog>
    `;
  }

  override updated(): void {
    document.title = `${titleOf(this.route, this.#fleet.devices)} – Counter QR`;
  }

  #renderHeader() {
    const { live, enrolments } = this.#fleet;
    const waiting = enrolments.filter(({ verdict }) => verdict === 'waiting').length;
    const current = sectionOf(this.route);
    return html`
      <header>
        <p class="brand">Counter QR <span class="muted">admin</span></p>
        <nav aria-label=${msg('Sections', { id: 'admin.nav' })}>
          ${SECTIONS.map(
            (section) => html`
              <a
                href=${hrefOf(section === 'displays' ? { kind: section, view: this.#view } : { kind: section })}
                aria-current=${section === current ? 'page' : nothing}
                data-hook="nav-${section}"
              >
                ${sectionWord(section)}${
                  section === 'waiting' && waiting > 0 ? html` <span class="badge">${waiting}</span>` : nothing
                }
              </a>
            `,
          )}
        </nav>
        <div class="side">
          <span class="pill ${live ? 'good' : 'bad'}" role="status" data-hook="live" data-live=${live ? 'yes' : 'no'}>
            ${live ? msg('Live', { id: 'admin.live' }) : msg('Relay silent', { id: 'admin.silent' })}
          </span>
          <admin-language></admin-language>
          ${this.#api.adminName === '' ? nothing : html`<span class="who" data-hook="who" title=${this.#api.adminName}>${this.#api.adminName}</span>`}
          <button
            class="quiet small"
            data-hook="sign-out"
            title=${this.#api.adminName || nothing}
            @click=${() => void this.#signOut()}
          >
            ${msg('Sign out', { id: 'admin.signout' })}
          </button>
        </div>
      </header>
    `;
  }

  #renderSilence() {
    const { live, heardAt } = this.#fleet;
    if (live || heardAt === 0) return nothing;
    const since = new Date(heardAt).toLocaleTimeString(formatLocale());
    return html`
      <p class="silence" role="alert" data-hook="silence">
        ${msg(str`Nothing was heard of the relay since ${since}. How the displays are is not known until it is back; this page keeps trying.`, { id: 'admin.silence' })}
      </p>
    `;
  }

  #renderRelayNotices() {
    return (this.#fleet.stats?.notices ?? []).map(
      (notice) => html`
        <p class="relay-notice" role="note" data-hook="relay-notice-${notice.kind}">${relayNoticeWords(notice)}</p>
      `,
    );
  }

  #renderPage() {
    const { route } = this;
    const fleet = this.#fleet;
    switch (route.kind) {
      case 'displays':
        return html`<fleet-page
          .fleet=${fleet}
          .version=${fleet.version}
          .now=${fleet.now}
          .live=${fleet.live}
          .view=${route.view}
          .hasKiosk=${this.#api.hasKiosk}
        ></fleet-page>`;
      case 'display':
        return html`<display-page
          .api=${this.#api}
          .deviceId=${route.deviceId}
          .device=${fleet.devices.get(route.deviceId)}
          .live=${fleet.live}
          .now=${fleet.now}
          .heardAt=${fleet.heardAt}
          .actionsDone=${this.actionsDone}
        ></display-page>`;
      case 'waiting':
        return html`<enrolments-page
          .api=${this.#api}
          .enrolments=${fleet.enrolments}
          .now=${fleet.now}
          .live=${fleet.live}
        ></enrolments-page>`;
      case 'qrs':
        return html`<qr-page .api=${this.#api}></qr-page>`;
      case 'qr':
        return html`<qr-story .api=${this.#api} .commandId=${route.commandId}></qr-story>`;
      case 'history':
        return html`<history-page .api=${this.#api}></history-page>`;
      case 'audit':
        return html`<audit-page .api=${this.#api} .devices=${fleet.devices} .version=${fleet.version}></audit-page>`;
      case 'versions':
        return html`<versions-page
          .api=${this.#api}
          .fleet=${fleet}
          .version=${fleet.version}
          .relayVersion=${this.#api.relayVersion}
        ></versions-page>`;
    }
  }

  async #resume(): Promise<void> {
    try {
      if (await this.#api.resume()) this.#signedIn();
      else this.session = 'out';
    } catch (error) {
      this.reason = problemWords(error);
      this.session = 'out';
    }
  }

  readonly #signedIn = (): void => {
    this.session = 'in';
    this.reason = '';
    this.#fleet.start();
    void this.updateComplete.then(() => this.#showSection());
  };

  #signedOut(): void {
    if (this.session !== 'in') return;
    this.#fleet.stop();
    this.session = 'out';
    this.reason = msg('Your session is over. Sign in again.', { id: 'admin.session_over' });
  }

  async #signOut(): Promise<void> {
    await this.#api.signOut().catch((error: unknown) => this.#showNotice(problemWords(error)));
    this.#fleet.forget();
    this.session = 'out';
    this.reason = '';
  }

  readonly #moved = (): void => {
    const before = this.route;
    this.route = readRoute(location.hash);
    if (this.route.kind === 'displays') this.#view = this.route.view;
    // As after loading a page: a screen reader reads the heading, and Tab goes on from there.
    if (before.kind !== this.route.kind) {
      scrollTo(0, 0);
      void this.updateComplete.then(() => {
        this.#showSection();
        this.heading?.focus();
      });
    }
  };

  /** On a phone the sections are wider than the screen. */
  #showSection(): void {
    this.section?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Typing in the search replaces the history entry, so that Back does not step through letters. */
  #show(view: View): void {
    this.#view = view;
    this.route = { kind: 'displays', view };
    history.replaceState(null, '', hrefOf(this.route));
  }

  #showNotice(sentence: string): void {
    this.notice = sentence;
    clearTimeout(this.#forgetNotice);
    this.#forgetNotice = setTimeout(() => (this.notice = ''), NOTICE_MS);
  }

  readonly #carriedOut = (event: CustomEvent<ActionRequest>): void => {
    const { action, devices } = event.detail;
    this.actionsDone += 1;
    const isHere = this.route.kind === 'display' && devices[0]?.device_id === this.route.deviceId;
    if (action === 'remove' && isHere) location.hash = hrefOf({ kind: 'displays', view: this.#view });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'admin-app': AdminApp;
  }
}
