/** Notes what crosses one port, as a unit report may tell it. Keeps the last events only, in memory. */
import type { Clock } from '../util/clock.ts';
import { NATIVE_SEPARATOR } from '../wire/native-text.ts';
import type { PortIdentity } from './transport.ts';
import { DISPLAY_REPORT_SCHEMA, type DisplayEvent, type DisplayReport } from './display-report.ts';

/** An upload is some ten events; a day's worth of codes fits. */
const MAX_EVENTS = 20_000;
/** Texts that a display may say back are looked for in what it says; the last so many. */
const MAX_TEXTS = 200;
/** Shorter ones would be found in every other word. */
const SHORTEST_TEXT = 3;

const LINE = /^[A-Za-z][ -~]*\n$/;
/** Their arguments are a site's or a customer's words. */
const TELLS_TEXT = /^(Display\w+|WelcomeScreen)\*\*/i;

export class DisplayRecorder {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #events: DisplayEvent[] = [];
  /** What was written on screens of the display's own. Never leaves memory. */
  readonly #texts = new Set<string>();
  #droppedEvents = 0;
  #isStopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** Notes nothing any more, and forgets what it has. */
  stop(): void {
    this.#isStopped = true;
    this.#events.length = 0;
    this.#texts.clear();
  }

  opened(baud: number): void {
    this.#add({ kind: 'open', at_ms: this.#atMs(), baud });
  }

  closed(): void {
    this.#add({ kind: 'close', at_ms: this.#atMs() });
  }

  signalled(dtr: boolean | undefined, rts: boolean | undefined): void {
    const lines = { ...(dtr === undefined ? {} : { dtr }), ...(rts === undefined ? {} : { rts }) };
    this.#add({ kind: 'signals', at_ms: this.#atMs(), ...lines });
  }

  sent(bytes: Uint8Array): void {
    const text = latin1(bytes);
    // No piece of a JPEG looks like a line, nor do the zeros of a recovery.
    if (!LINE.test(text)) {
      this.#add({ kind: 'bytes', at_ms: this.#atMs(), count: bytes.length });
      return;
    }
    const line = text.trimEnd();
    this.#add({ kind: 'line', at_ms: this.#atMs(), text: TELLS_TEXT.test(line) ? this.#withoutTexts(line) : line });
  }

  heard(bytes: Uint8Array): void {
    this.#add({ kind: 'heard', at_ms: this.#atMs(), text: latin1(bytes) });
  }

  report(port: PortIdentity, recordedBy: string): DisplayReport {
    const { label, usbVendorId, usbProductId } = port;
    return {
      schema: DISPLAY_REPORT_SCHEMA,
      recorded_by: recordedBy,
      port: {
        label,
        ...(usbVendorId === undefined ? {} : { usb_vendor_id: usbVendorId }),
        ...(usbProductId === undefined ? {} : { usb_product_id: usbProductId }),
      },
      dropped_events: this.#droppedEvents,
      events: this.#withoutEchoes(),
    };
  }

  #atMs(): number {
    return Math.round((this.#clock.now() - this.#startedAt) * 10) / 10;
  }

  #add(event: DisplayEvent): void {
    if (this.#isStopped) return;
    this.#events.push(event);
    if (this.#events.length <= MAX_EVENTS) return;
    this.#events.shift();
    this.#droppedEvents += 1;
  }

  #withoutTexts(line: string): string {
    const [command, ...texts] = line.split(NATIVE_SEPARATOR);
    if (!this.#isStopped) this.#remember(texts);
    return [command, ...texts.map((text) => `<${text.length}>`)].join(NATIVE_SEPARATOR);
  }

  #remember(texts: readonly string[]): void {
    for (const text of texts) {
      if (text.length < SHORTEST_TEXT) continue;
      this.#texts.delete(text);
      this.#texts.add(text);
    }
    for (const oldest of this.#texts) {
      if (this.#texts.size <= MAX_TEXTS) break;
      this.#texts.delete(oldest);
    }
  }

  /** Some firmware says back what it was told, in pieces as the cable has them. */
  #withoutEchoes(): DisplayEvent[] {
    const events: DisplayEvent[] = [];
    for (const event of this.#events) {
      const last = events.at(-1);
      const joined = event.kind === 'heard' && last?.kind === 'heard' ? last.text + event.text : undefined;
      if (joined !== undefined && this.#holdsText(joined))
        events[events.length - 1] = { ...last, text: joined } as DisplayEvent;
      else events.push(event);
    }
    return events.map((event) => (event.kind === 'heard' ? { ...event, text: this.#counted(event.text) } : event));
  }

  #holdsText(said: string): boolean {
    return [...this.#texts].some((text) => said.includes(text));
  }

  #counted(said: string): string {
    // The longest first: one may be part of another.
    const texts = [...this.#texts].sort((a, b) => b.length - a.length);
    return texts.reduce((rest, text) => rest.replaceAll(text, `<${text.length}>`), said);
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
