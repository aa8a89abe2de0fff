/** The kiosk page: decides which view is due and wires controllers to elements. Knows no serial port and no HTTP. */
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized, msg, str } from '@lit/localize';
import { OwnerController } from '../controllers/owner-controller.ts';
import { SetupController } from '../controllers/setup-controller.ts';
import { StationController } from '../controllers/station-controller.ts';
import { showTabState } from '../controllers/tab-state.ts';
import { ToolsController } from '../controllers/tools-controller.ts';
import { UpdateController } from '../controllers/update-controller.ts';
import { WakeController } from '../controllers/wake-controller.ts';
import { showOwnership, showStation } from '../controllers/document-state.ts';
import { isChecking, isIdle, mayHandBack, type PageNow } from '../data/idle.ts';
import { saveLog } from '../data/log-file.ts';
import { pickPort } from '../data/port-picker.ts';
import { isOnlyKey, readAddress, readSignalPolicy, type Setup } from '../data/setup.ts';
import { layout } from '../layout-styles.ts';
import { shared } from '../../../common/styles.ts';
import { VERSION } from '../../../common/version.ts';
import { adviceFor } from '../messages/advice.ts';
import { troubleWords } from '../messages/trouble.ts';
import './event-log.ts';
import './set-up-form.ts';
import './set-up-question.ts';
import './screen-preview.ts';
import './guided-help.ts';
import './kiosk-facts.ts';
import './kiosk-tools.ts';
import './language-switch.ts';
import './passive-notice.ts';
import './display-check.ts';
import './enrolment-code.ts';
import './pairing-line.ts';

// `@localized` must be applied first: `@customElement` creates the element that is in the page already.
@customElement('kiosk-app')
@localized()
export class KioskApp extends LitElement {
  static override styles = [shared, layout];

  /** This is the standby window (standby.html). */
  @property({ type: Boolean }) standby = false;

  readonly #address = readAddress(location.href);
  readonly #setup = new SetupController(this, {
    address: this.#address,
    storage: localStorage,
    onSetup: (setup) => {
      this.settingUp = false;
      if (this.#station.running) this.#station.send({ kind: 'provision', enrolKey: '', ...setup });
      else this.#begin();
    },
    reload: () => location.reload(),
  });
  /** The set-up form is being filled in, or was opened although a set-up is stored. */
  @state() private settingUp = false;
  readonly #station = new StationController(
    this,
    () => new Worker(new URL('../../../worker/kiosk-worker.ts', import.meta.url), { type: 'module', name: 'kiosk' }),
    (view) => {
      showStation(document.documentElement, view);
      if (view.relay.state === 'online') this.#setup.dropKey();
    },
  );
  readonly #tools = new ToolsController(this, {
    view: () => this.#station.view,
    ask: (what) => this.#station.ask(what),
    now: () => performance.now(),
  });
  readonly #owner = new OwnerController(this, {
    lockName: `counterqr-page-${this.#setup.profile}`,
    locks: navigator.locks,
    isStandby: () => this.standby,
    isIdle: () => mayHandBack(this.#now()),
    onChange: (ownership) => {
      showOwnership(document.documentElement, ownership);
      if (ownership === 'owner') this.#begin();
      else this.#leave();
    },
    now: () => performance.now(),
  });

  constructor() {
    super();
    new WakeController(this, () => this.#station.send({ kind: 'wake' }));
    new UpdateController(this, {
      isOwner: () => this.#owner.state === 'owner',
      isIdle: () => isIdle(this.#now()),
      container: import.meta.env.PROD ? navigator.serviceWorker : undefined,
      reload: () => location.reload(),
      now: () => performance.now(),
    });
  }

  override updated(): void {
    const isDriving = this.#owner.state === 'owner' && this.#setup.current !== undefined;
    showTabState(document, isDriving ? troubleWords(this.#station.view) : undefined, this.standby);
  }

  override render() {
    return html`
      <header>
        <h1>Counter QR</h1>
        <span class="name" data-hook="name"
          >${this.#station.view.computerName ?? this.#setup.current?.computerName ?? ''}</span
        >
        ${this.#renderLinked()}
        <language-switch></language-switch>
      </header>
      ${this.#renderView()}
    `;
  }

  #renderView() {
    if (this.#owner.state === 'passive')
      return html`<passive-notice .standby=${this.standby} .lent=${this.#owner.isLent}></passive-notice>`;
    if (this.#owner.state === 'asking') return nothing;
    if (!this.#setup.current || this.settingUp)
      return html`<set-up-form
        .computerName=${this.#setup.current?.computerName ?? this.#address.computerName ?? ''}
        @input=${() => (this.settingUp = true)}
        @set-up=${(event: CustomEvent<Setup>) => this.#setup.keep(event.detail)}
      ></set-up-form>`;
    return this.#renderKiosk();
  }

  #renderQuestion() {
    const { current: setup, proposal } = this.#setup;
    if (!setup || !proposal) return nothing;
    // Whether a key is of use shows when the relay has answered; it may know this PC.
    if (isOnlyKey(proposal) && this.#station.view.relay.state !== 'refused') return nothing;
    return html`<set-up-question
      .computerName=${setup.computerName}
      .changes=${proposal.changes}
      @keep=${() => this.#setup.refuse()}
      @change=${() => this.#setup.accept(proposal)}
    ></set-up-question>`;
  }

  #renderLinked() {
    const { linked } = this.#station.view;
    if (!linked) return nothing;
    const words =
      linked === 'nobody'
        ? msg('Linked to nobody', { id: 'app.linked.nobody' })
        : msg(str`Linked to ${linked.name}`, { id: 'app.linked' });
    return html`<span class="linked" role="status" data-hook="linked">${words}</span>`;
  }

  #renderPairing() {
    const { pairing } = this.#tools;
    return (
      pairing &&
      html`<pairing-line
        .code=${pairing.code}
        .leftMs=${pairing.leftMs}
        .besideQr=${this.#station.view.screen?.screen === 'qr'}
      ></pairing-line>`
    );
  }

  #renderKiosk() {
    const { view } = this.#station;
    return html`
      <main>
        <div class="left">
          ${this.#renderQuestion()}
          <kiosk-facts .view=${view}></kiosk-facts>
          ${
            view.relay.cause === 'awaiting_approval' && view.enrolmentCode !== undefined
              ? html`<enrolment-code
                  .code=${view.enrolmentCode}
                  @setup=${() => (this.settingUp = true)}
                ></enrolment-code>`
              : nothing
          }
          ${adviceFor(view, this.#address.display === 'virtual' || 'serial' in navigator).map(
            ({ seen, ...advice }) =>
              html`<guided-help
                .advice=${advice}
                .seen=${seen}
                @choose-port=${(event: CustomEvent<'known' | 'any'>) => void this.#choosePort(event.detail)}
                @restart=${() => void this.#tools.restartDisplay()}
                @setup=${() => (this.settingUp = true)}
              ></guided-help>`,
          )}
          ${this.#renderPairing()}
          <kiosk-tools
            .notice=${this.#tools.notice}
            .ready=${view.display.state === 'ready'}
            .online=${view.relay.state === 'online'}
            .virtualCable=${this.#virtualCable()}
            @test-card=${() => void this.#tools.showTestCard()}
            @pairing-code=${() => void this.#tools.askForPairingCode()}
            .checking=${isChecking(view)}
            @check-display=${() => void this.#tools.checkDisplay()}
            @restart=${() => void this.#tools.restartDisplay()}
            @cable=${(event: CustomEvent<boolean>) => this.#station.send({ kind: 'virtual_cable', plugged: event.detail })}
          ></kiosk-tools>
          ${this.#renderCheck()}
          <event-log .entries=${view.log} .gaps=${view.gaps} @download-log=${this.#downloadLog}></event-log>
        </div>
        <screen-preview
          .screen=${view.screen}
          .virtualScreen=${view.virtualScreen}
          .connected=${['ready', 'uploading'].includes(view.display.state)}
        ></screen-preview>
      </main>
    `;
  }

  #renderCheck() {
    const { check } = this.#station.view;
    if (check === undefined || check.stage === 'given_up') return nothing;
    return html`<display-check
      .progress=${check}
      @scanned=${({ detail: scanned }: CustomEvent<'yes' | 'no'>) => this.#station.send({ kind: 'scanned', scanned })}
    ></display-check>`;
  }

  #now(): PageNow {
    return { view: this.#station.view, isFillingIn: this.settingUp, codeAgeMs: this.#tools.codeAgeMs };
  }

  #virtualCable(): 'in' | 'out' | undefined {
    if (this.#address.display !== 'virtual') return undefined;
    return this.#station.view.virtualScreen?.kind === 'dark' ? 'out' : 'in';
  }

  #begin(): void {
    const { current: setup, profile } = this.#setup;
    if (!setup || this.#owner.state !== 'owner' || this.#station.running) return;
    const { display, virtualBaudRate, recording } = this.#address;
    const signalPolicy = readSignalPolicy(localStorage, profile);
    this.#station.start({
      kind: 'start',
      apiUrl: new URL('../api/device', location.href).href,
      profile,
      ...setup,
      version: VERSION,
      display,
      ...(virtualBaudRate === undefined ? {} : { virtualBaudRate }),
      ...(signalPolicy === undefined ? {} : { signalPolicy }),
      ...(recording === undefined ? {} : { recording }),
    });
    // Without it a browser with a full disk may delete the identity of this display. It may refuse.
    void navigator.storage?.persist?.();
  }

  /** Another window drives the display from now on. Code and notice would be stale when this window is back. */
  #leave(): void {
    this.#station.stop();
    this.#tools.forget();
  }

  async #choosePort(which: 'known' | 'any'): Promise<void> {
    const result = await pickPort(navigator.serial, which);
    if (result.kind === 'failed')
      this.#tools.say(msg(str`The port picker did not open: ${result.message}`, { id: 'app.picker_failed' }));
    this.#station.send({ kind: 'wake' });
  }

  readonly #downloadLog = async (): Promise<void> => {
    const isRecorded = this.#address.recording === 'on' || this.#station.view.check !== undefined;
    const asked = isRecorded ? await this.#station.ask('unit_report') : undefined;
    saveLog(this.#station.view, VERSION, asked?.ok === true ? asked.report : undefined);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-app': KioskApp;
  }
}
