/**
 * The firmware of a simulated display: bytes that arrived in, lines to say out (docs/protocol.md). Knows no wire, no
 * speed and no port; time only through the `later` that it is lent, so that a reset can forget everything that was
 * still to happen.
 */
import { NATIVE_SCREENS, type SimulatedNative } from './native-commands.ts';
import type { FirmwareWorld } from './firmware-world.ts';

interface Transfer {
  readonly name: string;
  readonly total: number;
  readonly chunkBytes: number;
  readonly bytes: Uint8Array;
  received: number;
  chunk: number;
  dropping: number;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** Longest line that the firmware keeps; what is longer is garbage. */
const MAX_LINE_BYTES = 512;
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

export class SimulatedFirmware {
  readonly #world: FirmwareWorld;
  #line: number[] = [];
  #queue: number[] = [];
  #transfer: Transfer | undefined;
  #busy = false;
  /** It hears nothing while one of them lasts. */
  #deafPeriods = 0;
  #rotating = true;
  #okToEverything = false;
  /** Said with the next answer. */
  #lateWords: string | undefined;

  constructor(world: FirmwareWorld) {
    this.#world = world;
    this.#showRotation();
  }

  /** Bytes from the wire, in order. */
  take(bytes: Uint8Array): void {
    if (this.#deafPeriods > 0) return;
    const room = this.#world.variant.receiveQueueBytes;
    for (const byte of bytes) {
      if (!this.#busy) this.#takeByte(byte);
      else if (this.#queue.length < room) this.#queue.push(byte);
    }
  }

  /** Hears and says nothing from now on. */
  hang(): void {
    this.#deafPeriods += 1;
    this.#transfer = undefined;
  }

  deafFor(ms: number): void {
    this.#deafPeriods += 1;
    this.#world.later(ms, () => (this.#deafPeriods -= 1));
  }

  sayOkToEverything(): void {
    this.#okToEverything = true;
  }

  #work(ms: number, then: () => void): void {
    this.#busy = true;
    this.#world.later(ms, () => {
      this.#busy = false;
      then();
      const waiting = this.#queue;
      this.#queue = [];
      this.take(Uint8Array.from(waiting));
    });
  }

  #takeByte(byte: number): void {
    if (this.#transfer !== undefined) {
      this.#takePictureByte(this.#transfer, byte);
      return;
    }
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) {
      if (this.#line.length < MAX_LINE_BYTES) this.#line.push(byte);
      return;
    }
    const line = String.fromCharCode(...this.#line).trim();
    this.#line = [];
    if (line !== '') this.#obey(line);
  }

  #say(...lines: string[]): void {
    this.#world.send(ascii(lines.map((line) => `${line}\r\n`).join('')));
  }

  /** Answer of a simple command. */
  #answer(line: string): void {
    const late = this.#lateWords === undefined ? [] : [this.#lateWords];
    this.#lateWords = undefined;
    if (this.#world.variant.saysExit) this.#say(...late, line, 'exit');
    else this.#say(...late, line);
  }

  #answerFileinfo(list: object): void {
    const { fileinfoForm, saysExit } = this.#world.variant;
    if (fileinfoForm === 'one') return this.#answer(JSON.stringify(list));
    const lines = JSON.stringify(list, null, 2).split('\n');
    if (fileinfoForm !== 'many') lines.push('end_of_fileinfo');
    if (saysExit && fileinfoForm !== 'bare') lines.push('exit');
    this.#say(...lines);
  }

  #sayOk(): void {
    if (this.#world.variant.ackEnds === 'line') this.#say('ok');
    else this.#world.send(ascii('OK'));
  }

  #obey(line: string): void {
    const { variant, files } = this.#world;
    this.#world.noteLine(line);
    if (this.#world.takeFault('garbage_reply', ({ to = line }) => to === line)) {
      this.#world.send(Uint8Array.of(0x9f, 0xff, 0x80, 0xe3, 0x00, 0xf8));
      return;
    }
    if (this.#okToEverything) {
      this.#say('ok');
      return;
    }
    const [word = '', ...args] = line.split('**');
    switch (word.toLowerCase()) {
      case 'sending':
        this.#beginTransfer(args[0] ?? '', Number(args[1]), Number(args[2]));
        return;
      case 'stoprotation':
        this.#rotating = false;
        this.#answer('Rotation mode stopped.');
        this.#deafAfter(variant.deafMs.stop);
        return;
      case 'startrotation':
        this.#rotating = true;
        this.#answer('Command received. Starting rotation mode...');
        this.#showRotation();
        this.#deafAfter(variant.deafMs.start);
        this.#draw();
        return;
      case 'freesize':
        if (!variant.fileinfo) break;
        this.#say(String(Math.floor((variant.diskBytes - this.#used()) / 1024)), 'exit');
        return;
      case 'fileinfo': {
        if (!variant.fileinfo) break;
        const images = [...files].map(([filename, bytes]) => ({ filename, size: bytes.length }));
        this.#answerFileinfo({
          images,
          totalBytes: variant.diskBytes,
          usedBytes: this.#used(),
          availableBytes: variant.diskBytes - this.#used(),
        });
        return;
      }
      case 'delete': {
        if (variant.deletes === 'never') break;
        const [first, second] = args;
        const name = variant.deletes === 'images' ? (first === 'images' ? second : undefined) : first;
        this.#answer(name !== undefined && files.delete(name) ? 'File deleted' : 'File not found');
        return;
      }
      case 'settimer':
        this.#answer('Timer set');
        return;
      default:
    }
    const native = NATIVE_SCREENS.get(word.toLowerCase());
    if (native && variant.nativeScreens !== 'unknown') this.#drawNative(native.name, native.words, args);
    else this.#answer(variant.modelLine);
  }

  #drawNative(name: SimulatedNative, words: string, args: readonly string[]): void {
    const { nativeScreens, nativeDeafMs } = this.#world.variant;
    if (nativeScreens === 'hangs') return this.hang();
    this.#rotating = false;
    this.#world.showScreen({ kind: 'native', name, args });
    if (nativeScreens === 'words') this.#answer(words);
    else if (nativeScreens === 'late_words') this.#lateWords = words;
    this.#deafAfter(typeof nativeDeafMs === 'number' ? nativeDeafMs : (nativeDeafMs[name] ?? 0));
  }

  #used(): number {
    return [...this.#world.files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  }

  #beginTransfer(name: string, total: number, chunkBytes: number): void {
    const { variant } = this.#world;
    if (this.#world.takeFault('unanswered_start')) return;
    if (this.#world.takeFault('refused_start') || name === '' || !(total > 0) || !(chunkBytes > 0)) {
      this.#say('Invalid file', 'exit');
      return;
    }
    const room = variant.diskBytes - this.#used() + (this.#world.files.get(name)?.length ?? 0);
    if (this.#world.takeFault('disk_full') || this.#world.takeFault('disk_stays_full') || total > room) {
      this.#say('Not enough space', 'exit');
      return;
    }
    this.#transfer = { name, total, chunkBytes, bytes: new Uint8Array(total), received: 0, chunk: 0, dropping: 0 };
    this.#armDrop(this.#transfer);
    if (this.#world.takeFault('missing_exit')) this.#say(`Receiving ${name}`, 'start');
    else this.#say(`Receiving ${name}`, 'start', 'exit');
  }

  #armDrop(transfer: Transfer): void {
    transfer.dropping = this.#world.takeFault('dropped_bytes', (fault) => fault.chunk === transfer.chunk)?.bytes ?? 0;
  }

  #takePictureByte(transfer: Transfer, byte: number): void {
    if (transfer.dropping > 0) {
      transfer.dropping -= 1;
      return;
    }
    transfer.bytes[transfer.received] = byte;
    transfer.received += 1;
    const complete = transfer.received === transfer.total;
    if (!complete && transfer.received % transfer.chunkBytes !== 0) return;
    const chunk = transfer.chunk;
    transfer.chunk += 1;
    if (complete) this.#transfer = undefined;
    else this.#armDrop(transfer);
    this.#work(this.#world.variant.storeMs, () => this.#endChunk(transfer, chunk, complete));
  }

  #endChunk(transfer: Transfer, chunk: number, complete: boolean): void {
    const here = (fault: { readonly chunk: number }): boolean => fault.chunk === chunk;
    if (this.#world.takeFault('reset', here)) {
      this.#world.reset();
      return;
    }
    if (this.#world.takeFault('hang', here)) {
      this.hang();
      return;
    }
    if (complete) this.#store(transfer);
    this.#acknowledge(here);
    if (complete) this.#draw();
    this.#world.chunkDone(chunk);
  }

  #acknowledge(here: (fault: { readonly chunk: number }) => boolean): void {
    if (this.#world.takeFault('lost_ack', here)) return;
    const late = this.#world.takeFault('late_ack', here);
    if (late) {
      this.#world.later(late.delayMs, () => this.#sayOk());
      return;
    }
    const split = this.#world.takeFault('split_ack', here);
    if (split) {
      for (const [index, char] of [...'ok\r\n'].entries())
        this.#world.later(index * split.gapMs, () => this.#world.send(ascii(char)));
      return;
    }
    if (this.#world.takeFault('noise', here)) {
      this.#world.send(Uint8Array.of(0xff, 0x00, 0x81));
      this.#say('', 'Book', 'token 17', 'heap 187432 ok?');
    }
    this.#sayOk();
    const twice = this.#world.takeFault('duplicate_ack', here);
    if (twice) this.#world.later(twice.delayMs, () => this.#sayOk());
  }

  #store(transfer: Transfer): void {
    this.#world.files.set(transfer.name, transfer.bytes);
    this.#world.showScreen({ kind: 'picture', name: transfer.name, bytes: transfer.bytes });
    if (this.#rotating) this.#world.later(3_000, () => this.#rotating && this.#showRotation());
    const deafMs = this.#world.variant.deafMs.upload;
    if (deafMs > 0) this.#world.later(50, () => this.deafFor(deafMs));
  }

  #deafAfter(ms: number): void {
    if (ms > 0) this.deafFor(ms);
  }

  #draw(): void {
    const { drawMs, whileDrawing } = this.#world.variant;
    if (drawMs === 0) return;
    if (whileDrawing === 'keeps') this.#work(drawMs, () => undefined);
    else this.deafFor(drawMs);
  }

  #showRotation(): void {
    this.#world.showScreen({ kind: 'rotation', names: [...this.#world.files.keys()] });
  }
}
