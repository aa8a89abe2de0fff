/**
 * A counter on a locked-down PC: a relay, a board behind a pseudo terminal, and the tray's executable between them.
 * Knows no test runner, so that the bench and the soak use it, too.
 */
import assert from 'node:assert/strict';
import type { CommandView } from '../../../shared/wire/web-app.ts';
import { jpegSize, readByOthers } from '../simulator/decode.ts';
import { shownPicture } from '../simulator/screen.ts';
import { CH340, PortsFolder } from '../simulator/ports-folder.ts';
import { PtyDisplay, type PtyDisplayOptions } from '../simulator/pty-display.ts';
import { startRelay, type TestRelay } from '../process/relay.ts';
import { until } from '../wait.ts';
import { TrayAgent } from './agent.ts';
import { trayBinary, type TrayBuild } from './binary.ts';

export interface TrayCounterOptions {
  /** Of the PC. */
  readonly name: string;
  readonly agent: string;
  readonly build?: TrayBuild;
  /** As in the settings file; beside the port. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly board?: PtyDisplayOptions;
  readonly relayEnv?: Readonly<Record<string, string>>;
}

/** A pseudo terminal has no USB ids of its own; named so, it counts as that bridge. */
const portOf = (ports: PortsFolder, name = 'ttyUSB0'): string =>
  `${ports.nodeOf(name)}@${CH340.vendorId.toString(16)}:${CH340.productId.toString(16)}`;

export class TrayCounter {
  relay!: TestRelay;
  board!: PtyDisplay;
  tray!: TrayAgent;
  #ports!: PortsFolder;
  readonly #options: TrayCounterOptions;

  constructor(options: TrayCounterOptions) {
    this.#options = options;
  }

  /** Ready, registered and linked. */
  async open(): Promise<void> {
    const { name, agent, build, settings, board, relayEnv } = this.#options;
    const [binary, relay] = await Promise.all([
      trayBinary(build),
      startRelay(relayEnv === undefined ? {} : { env: relayEnv }),
    ]);
    this.relay = relay;
    this.#ports = new PortsFolder();
    this.board = new PtyDisplay(this.#ports, board);
    await this.board.plug();
    this.tray = new TrayAgent({ binary, relay, name, settings: { port: portOf(this.#ports), ...settings } });
    this.tray.start();
    await this.tray.untilReady();
    await relay.link(agent, this.tray.deviceId);
  }

  /** Posts and waits for the truth: `displayed` means that other decoders read it in the board's memory. */
  show = async (text: string, timeoutMs = 30_000): Promise<CommandView> => {
    const { command_id } = await this.relay.postQr(this.#options.agent, text);
    const view = await this.relay.reaches(command_id, ['displayed', 'failed', 'expired', 'superseded'], timeoutMs);
    assert.equal(view.state, 'displayed', JSON.stringify(view));
    const shown = shownPicture(this.board.display);
    assert.deepEqual(jpegSize(shown), { width: 320, height: 480 });
    for (const [decoder, read] of Object.entries(readByOthers(shown))) assert.equal(read, text, decoder);
    return view;
  };

  /** The customer is gone. */
  clear = async (): Promise<void> => {
    await this.relay.call('POST', '/rotation/start', { body: { agent_id: this.#options.agent, reason: 'closed' } });
    await until('the board rotates', () => this.board.display.screen.kind === 'rotation');
  };

  async close(): Promise<void> {
    await this.tray?.remove();
    await this.board?.remove();
    this.#ports?.remove();
    await this.relay?.remove();
  }
}
