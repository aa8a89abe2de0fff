/**
 * One counter as an agent has it: a relay, a board behind a pseudo terminal, Chromium, the kiosk page. Opened before a
 * describe block's tests and taken away after them; says what it knows when one of them fails.
 */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { CommandView } from '../../../shared/wire/web-app.ts';
import { crash, openBrowser, type Browser } from './browser.ts';
import { jpegSize, readByOthers } from '../simulator/decode.ts';
import { shownPicture } from '../simulator/screen.ts';
import { deviceIdOf, KioskPage, openKiosk } from './kiosk-page.ts';
import { PortsFolder } from '../simulator/ports-folder.ts';
import { PtyDisplay, type PtyDisplayOptions } from '../simulator/pty-display.ts';
import { startRelay, type TestRelay } from '../process/relay.ts';

export interface CounterOptions {
  readonly name: string;
  readonly agent: string;
  readonly board?: PtyDisplayOptions;
  readonly relayEnv?: Readonly<Record<string, string>>;
  /** Browser profile to be kept; its maker removes it. */
  readonly profile?: string;
  /** Folder of an unpacked extension to be loaded. */
  readonly extension?: string;
}

export class Counter {
  relay!: TestRelay;
  board!: PtyDisplay;
  browser!: Browser;
  kiosk!: KioskPage;
  deviceId!: string;
  #ports!: PortsFolder;
  readonly #options: CounterOptions;

  constructor(options: CounterOptions) {
    this.#options = options;
  }

  /** Of the describe block in which this is called. */
  forAllTests(): this {
    beforeAll(() => this.open());
    afterAll(() => this.close());
    afterEach(async (context) => {
      if (context.task.result?.state === 'fail') await this.#explain();
    });
    return this;
  }

  /** Ready, registered and linked. */
  async open(): Promise<void> {
    const { name, agent, board, relayEnv } = this.#options;
    this.relay = await startRelay(relayEnv === undefined ? {} : { env: relayEnv });
    this.#ports = new PortsFolder();
    this.board = new PtyDisplay(this.#ports, board);
    await this.board.plug();
    await this.openBrowser();
    this.kiosk = await openKiosk(this.browser, this.relay, { name });
    await this.kiosk.untilReady();
    this.deviceId = await deviceIdOf(this.relay, name);
    await this.relay.link(agent, this.deviceId);
  }

  async openBrowser(): Promise<void> {
    const { profile, extension } = this.#options;
    this.browser = await openBrowser({
      serial: { ports: this.#ports, origin: this.relay.origin },
      ...(profile === undefined ? {} : { profile }),
      ...(extension === undefined ? {} : { extension }),
    });
  }

  /** A kiosk tab that knows from before which display it is. */
  async newTab(): Promise<KioskPage> {
    const tab = new KioskPage(await this.browser.newPage(), this.browser);
    await tab.page.goto(`${this.relay.origin}/kiosk/`);
    return tab;
  }

  /** Kills the renderer of the kiosk's tab, as a tab that has run out of memory is killed. */
  async crash(): Promise<void> {
    const { page } = this.kiosk;
    await crash(page);
  }

  /** Posts and waits for the truth: `displayed` means that other decoders read it in the board's memory. */
  async show(text: string, timeoutMs = 60_000): Promise<CommandView> {
    const { command_id } = await this.relay.postQr(this.#options.agent, text);
    const view = await this.relay.reaches(command_id, ['displayed', 'failed', 'expired', 'superseded'], timeoutMs);
    expect(view.state, JSON.stringify(view)).toBe('displayed');
    const shown = shownPicture(this.board.display);
    expect(jpegSize(shown)).toEqual({ width: 320, height: 480 });
    for (const [decoder, read] of Object.entries(readByOthers(shown))) expect(read, decoder).toBe(text);
    return view;
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.board?.remove();
    this.#ports?.remove();
    await this.relay?.remove();
  }

  async #explain(): Promise<void> {
    const facts = await this.kiosk.facts().catch((error: unknown) => String(error));
    const log = this.kiosk.page.locator('event-log');
    await log
      .locator('summary')
      .click({ timeout: 2_000 })
      .catch(() => undefined);
    console.log('kiosk:', facts, this.browser.console.slice(-40).join('\n'));
    console.log('log:', (await log.innerText({ timeout: 2_000 }).catch(String)).slice(0, 3_000));
    console.log('relay:', this.relay.output.slice(-4_000));
  }
}
