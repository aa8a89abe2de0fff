/** The folder that stands for a PC's USB sockets: one file a plugged-in port, watched by the preloaded library. */
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../remove-folder.ts';

export interface UsbIdentity {
  readonly vendorId: number;
  readonly productId: number;
  readonly name: string;
}

/** A CH340 bridge, the commonest (docs/protocol.md). */
export const CH340: UsbIdentity = { vendorId: 0x1a86, productId: 0x7523, name: 'USB Serial' };

const hex = (id: number): string => id.toString(16).padStart(4, '0');

export class PortsFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'counterqr-ports-'));
  /** Device nodes, outside the folder of ports: every file in there would be a port. */
  readonly #nodes = mkdtempSync(join(tmpdir(), 'counterqr-nodes-'));

  plug(name: string, slavePath: string, usb: UsbIdentity): void {
    this.pointAt(name, slavePath);
    const draft = join(this.#nodes, `${name}.draft`);
    writeFileSync(draft, `${join(this.#nodes, name)} ${hex(usb.vendorId)} ${hex(usb.productId)} ${usb.name}`);
    renameSync(draft, join(this.path, name));
  }

  unplug(name: string): void {
    rmSync(join(this.path, name), { force: true });
    rmSync(join(this.#nodes, name), { force: true });
  }

  /** The device node as a program opens it that needs no browser's list: `--port` of the tray. */
  nodeOf(name: string): string {
    return join(this.#nodes, name);
  }

  /**
   * Where opening the port leads. A path that is not there makes opening fail, as a port held by another program does.
   */
  pointAt(name: string, target: string): void {
    const link = join(this.#nodes, name);
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }

  /** Changes of the modem lines so far: `[pts number, DTR, RTS]`. */
  signals(): readonly (readonly [number, boolean, boolean])[] {
    let text: string;
    try {
      text = readFileSync(join(this.path, '.signals'), 'utf8');
    } catch {
      return [];
    }
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ').map(Number))
      .map(([pts, dtr, rts]) => [pts ?? -1, dtr === 1, rts === 1] as const);
  }

  remove(): void {
    removeFolder(this.path);
    removeFolder(this.#nodes);
  }
}
