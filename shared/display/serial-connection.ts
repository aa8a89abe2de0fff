/**
 * One transport, opened and closed as often as it takes, with a fresh LineChannel each time. Knows modem lines and how
 * boards are reset through them; knows no command.
 */
import type { Clock } from '../util/clock.ts';
import { isAck, isBootLine } from './reply-lines.ts';
import { pause, withDeadline } from '../util/deadline.ts';
import { DisplayError, toDisplayError } from './display-error.ts';
import { LineChannel, type LineListeners } from './line-channel.ts';
import type { SignalLines, Transport } from './transport.ts';

/**
 * Modem lines after opening. `leave`: as the driver sets them, which is what unknown boards bear best
 * (docs/protocol.md).
 */
export type SignalPolicy = 'leave' | 'assert' | 'clear';
import { NATIVE_USB_IDS, UART_BRIDGE_IDS } from './usb-vendors.ts';

/** Drivers answer within a second; one that does not has lost its device. */
const OPEN_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** How long a board's reset line is held; esptool uses 100 ms. */
const RESET_PULSE_MS = 100;
/** At 1200 baud some boards reboot into their bootloader. */
const NEVER_BAUD = 1_200;

export class SerialConnection {
  readonly #clock: Clock;
  readonly #policy: SignalPolicy;
  readonly #onLost: (error: DisplayError) => void;
  readonly #listeners: LineListeners;
  #channel: LineChannel | undefined;
  #baudRate = 0;
  #boots = 0;
  #acks = 0;

  constructor(
    readonly transport: Transport,
    clock: Clock,
    policy: SignalPolicy,
    onLost: (error: DisplayError) => void,
    ears: LineListeners = {},
  ) {
    this.#listeners = ears;
    this.#clock = clock;
    this.#policy = policy;
    this.#onLost = onLost;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** How often the board was heard to boot. A board that boots has lost its picture, whatever it answers afterwards. */
  get boots(): number {
    return this.#boots;
  }

  /** How often `ok` was heard, wanted or not. */
  get acks(): number {
    return this.#acks;
  }

  get baudRate(): number {
    return this.#baudRate;
  }

  /** The channel of the open port. @throws DisplayError `lost` when there is none */
  get channel(): LineChannel {
    if (!this.#channel) throw new DisplayError('lost', 'The port is not open.');
    return this.#channel;
  }

  /** True where bytes cannot arrive faster than the speed. */
  get paced(): boolean {
    const { usbVendorId } = this.transport.port;
    return usbVendorId !== undefined && UART_BRIDGE_IDS.includes(usbVendorId);
  }

  get nativeUsb(): boolean {
    return NATIVE_USB_IDS.includes(this.transport.port.usbVendorId ?? -1);
  }

  /** Opens, or closes and opens again. @throws DisplayError `busy`, `lost`, `open_failed` */
  async open(baudRate: number): Promise<void> {
    if (baudRate === NEVER_BAUD)
      throw new DisplayError('open_failed', '1200 baud reboots boards into their bootloader.');
    await this.close();
    try {
      const opened = await withDeadline(this.#clock, OPEN_TIMEOUT_MS, this.transport.open({ baudRate }), 'late');
      if (opened === 'late') throw new DisplayError('open_failed', 'The port did not open in time.');
      this.#baudRate = baudRate;
      const channel = new LineChannel(this.transport, this.#clock, baudRate, {
        ...this.#listeners,
        onLine: (line) => {
          if (isBootLine(line)) this.#boots += 1;
          if (isAck(line)) this.#acks += 1;
          this.#listeners.onLine?.(line);
        },
      });
      this.#channel = channel;
      channel.listen((error) => {
        if (this.#channel === channel) this.#onLost(error);
      });
      if (this.#policy !== 'leave') {
        const on = this.#policy === 'assert';
        await this.#signals({ dataTerminalReady: on, requestToSend: on });
      }
    } catch (error) {
      await this.close();
      throw toDisplayError(error);
    }
  }

  /**
   * Presses the board's reset button through the usual two-transistor circuit: RTS without DTR holds it, both as before
   * lets go.
   */
  async pulseReset(signal?: AbortSignal): Promise<void> {
    await this.#signals({ dataTerminalReady: false });
    await this.#signals({ requestToSend: true });
    await pause(this.#clock, RESET_PULSE_MS, signal);
    await this.#signals({ requestToSend: false });
    if (this.#policy === 'clear') return;
    // DTR first: RTS alone would pull the reset line again.
    await this.#signals({ dataTerminalReady: true });
    await this.#signals({ requestToSend: true });
  }

  async close(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    // The transport's close ends the pending read, so that the channel's loop can end.
    const closed = Promise.all([channel?.stop(), this.transport.close()]);
    await withDeadline(this.#clock, CLOSE_TIMEOUT_MS, closed, undefined);
  }

  async #signals(lines: SignalLines): Promise<void> {
    await withDeadline(this.#clock, OPEN_TIMEOUT_MS, this.transport.setSignals(lines), undefined);
  }
}
