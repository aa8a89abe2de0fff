/** Structured lines to stdout or to a file that is rotated by size. */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { pino, type Logger } from 'pino';
import { messageOf } from '../shared/wire/errors.ts';
import { ConfigError, type Config } from './config.ts';

/** Whatever somebody logs by mistake, these never reach a line. */
const SECRETS = [
  'key',
  'token',
  'secret',
  'authorization',
  'cookie',
  'x-api-key',
  'enrol_key',
  'device_token',
  'new_token',
  'qr_image',
  'qr_text',
  'customer_name',
];
const REDACT = SECRETS.flatMap((name) => ['', '*', '*.*'].map((above) => `${above}["${name}"]`));

class RotatingFile {
  private fd: number;
  private bytes: number;
  /** The last line could not be written, and that was said. */
  private isLost = false;

  constructor(private readonly options: { readonly file: string; readonly maxBytes: number; readonly keep: number }) {
    this.fd = openSync(options.file, 'a', 0o600);
    this.bytes = fstatSync(this.fd).size;
  }

  /** Never throws: a call that was carried out must not be answered as failed because the disk of the log is full. */
  write(line: string): void {
    try {
      this.bytes += writeSync(this.fd, line);
      if (this.bytes >= this.options.maxBytes) this.rotate();
      this.isLost = false;
    } catch (error) {
      if (!this.isLost)
        console.error(
          `The log file ${this.options.file} cannot be written or rotated (${messageOf(error)}); lines may be lost.`,
        );
      this.isLost = true;
    }
  }

  private rotate(): void {
    const { file, keep } = this.options;
    // Whatever comes now, the next try is a whole file later: each one moves the older files on.
    this.bytes = 0;
    rmSync(`${file}.${keep}`, { force: true });
    for (let number = keep - 1; number >= 0; number--) {
      try {
        renameSync(number === 0 ? file : `${file}.${number}`, `${file}.${number + 1}`);
      } catch {
        // Not there yet.
      }
    }
    const full = this.fd;
    this.fd = openSync(file, 'a', 0o600);
    closeSync(full);
  }
}

export function createLog({ level, file, maxBytes, keep }: Config['log']): Logger {
  const options = { level, base: undefined, redact: { paths: REDACT, censor: '[hidden]' } };
  if (file === undefined) return pino(options);
  try {
    return pino(options, new RotatingFile({ file, maxBytes, keep }));
  } catch (error) {
    throw new ConfigError(
      `The log file ${file} cannot be written (${messageOf(error)}); set LOG_FILE to one that can.`,
    );
  }
}
