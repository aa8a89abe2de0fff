/** A log file that starts anew at a size. The files before it are kept under a number: `.1` is the youngest. */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { isMissing } from './error-code.ts';

export interface RotatingFileOptions {
  readonly path: string;
  /** A line that would make the file larger begins a new one. */
  readonly maxBytes: number;
  /** Files beside the current one. */
  readonly keep: number;
  /** Called with the system's error once for all lines that are lost in a row. */
  readonly onLost?: (error: unknown) => void;
}

/** Lines are on their way to the disk when `write` returns. The file is readable by its owner only. */
export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #fd: number | undefined;
  #bytes = 0;
  #isLosing = false;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  /** Throws the system's error. */
  open(): void {
    if (this.#fd !== undefined) return;
    this.#fd = openSync(this.#options.path, 'a', 0o600);
    this.#bytes = fstatSync(this.#fd).size;
  }

  /** Never throws: a full disk of the log must not stop the work that is logged. Opens the file when it is closed. */
  write(line: string): void {
    try {
      this.open();
      if (this.#bytes > 0 && this.#bytes + Buffer.byteLength(line) > this.#options.maxBytes) this.#rotate();
      this.#append(line);
      this.#isLosing = false;
    } catch (error) {
      this.#lose(error);
    }
  }

  /** Lets another process rotate or append. The next line opens the file again. */
  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  #append(line: string): void {
    this.open();
    if (this.#fd !== undefined) this.#bytes += writeSync(this.#fd, line);
  }

  #rotate(): void {
    const { path, keep } = this.#options;
    try {
      rmSync(`${path}.${keep}`, { force: true });
      for (let number = keep - 1; number >= 1; number--) renameIfThere(`${path}.${number}`, `${path}.${number + 1}`);
      // Windows does not rename a file that another program of this kind has open, and this one need not be that
      // program.
      this.close();
      renameIfThere(path, `${path}.1`);
    } catch (error) {
      // The file grows on. The next try is a whole file later, because each one moves the older files on.
      this.open();
      this.#bytes = 0;
      this.#lose(error);
    }
  }

  #lose(error: unknown): void {
    if (!this.#isLosing) this.#options.onLost?.(error);
    this.#isLosing = true;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
