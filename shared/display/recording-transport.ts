/** Any transport and any source of ports, with a note of what crosses them for a unit report. Changes nothing. */
import type { Clock } from '../util/clock.ts';
import type { PortIdentity, PortSource, SignalLines, Transport } from './transport.ts';
import { DisplayRecorder } from './display-recorder.ts';
import type { DisplayReport } from './display-report.ts';

class RecordingTransport implements Transport {
  readonly #inner: Transport;
  readonly #recorder: DisplayRecorder;

  constructor(inner: Transport, recorder: DisplayRecorder) {
    this.#inner = inner;
    this.#recorder = recorder;
  }

  get port(): PortIdentity {
    return this.#inner.port;
  }

  async open(options: { readonly baudRate: number }): Promise<void> {
    await this.#inner.open(options);
    this.#recorder.opened(options.baudRate);
  }

  async read(signal?: AbortSignal): Promise<Uint8Array> {
    const bytes = await this.#inner.read(signal);
    this.#recorder.heard(bytes);
    return bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    // Before it is written: the answer may come before the driver says that it has taken the bytes.
    this.#recorder.sent(bytes);
    await this.#inner.write(bytes);
  }

  async setSignals(lines: SignalLines): Promise<void> {
    this.#recorder.signalled(lines.dataTerminalReady, lines.requestToSend);
    await this.#inner.setSignals(lines);
  }

  async close(): Promise<void> {
    this.#recorder.closed();
    await this.#inner.close();
  }
}

interface Recorded {
  readonly transport: RecordingTransport;
  readonly recorder: DisplayRecorder;
}

export class RecordingPorts implements PortSource {
  readonly #inner: PortSource;
  readonly #clock: Clock;
  #recorded = new WeakMap<Transport, Recorded>();
  /** The port that was opened last, or listed where none was. */
  #last: Recorded | undefined;
  #when: 'always' | 'paused';

  /** @param when `paused`: nothing is noted before `begin` */
  constructor(inner: PortSource, clock: Clock, when: 'always' | 'paused' = 'always') {
    this.#inner = inner;
    this.#clock = clock;
    this.#when = when;
  }

  /** A new recording, of what is opened from the next `list` on. */
  begin(): void {
    this.#recorded = new WeakMap();
    this.#last = undefined;
    this.#when = 'always';
  }

  /** Ends the recording. @returns as `report` */
  end(recordedBy: string): DisplayReport | undefined {
    const report = this.report(recordedBy);
    this.#last?.recorder.stop();
    this.#last = undefined;
    this.#when = 'paused';
    return report;
  }

  async list(): Promise<readonly Transport[]> {
    const transports = await this.#inner.list();
    if (this.#when === 'paused') return transports;
    return transports.map((transport) => this.#recordedOf(transport).transport);
  }

  watch(onChange: () => void): () => void {
    return this.#inner.watch(onChange);
  }

  /** Of the port that was seen last; undefined before there was one. @param recordedBy the program and its version */
  report(recordedBy: string): DisplayReport | undefined {
    return this.#last?.recorder.report(this.#last.transport.port, recordedBy);
  }

  #recordedOf(transport: Transport): Recorded {
    const known = this.#recorded.get(transport);
    if (known) return known;
    const recorder = new DisplayRecorder(this.#clock);
    const recorded = { transport: new RecordingTransport(transport, recorder), recorder };
    this.#recorded.set(transport, recorded);
    this.#last = recorded;
    return recorded;
  }
}
