/** Structured lines to stdout or to a file that is rotated by size. */
import { pino, type Logger } from 'pino';
import { RotatingFile } from '../node/rotating-file.ts';
import { messageOf } from '../shared/wire/errors.ts';
import { ConfigError, type Config } from './config.ts';

/** Fields that never reach a line of the log, even when logged by mistake. */
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

export function createLog({ level, file, maxBytes, keep }: Config['log']): Logger {
  const options = { level, base: undefined, redact: { paths: REDACT, censor: '[hidden]' } };
  if (file === undefined) return pino(options);
  const rotating = new RotatingFile({
    path: file,
    maxBytes,
    keep,
    onLost: (error) =>
      console.error(`The log file ${file} cannot be written or rotated (${messageOf(error)}); lines may be lost.`),
  });
  try {
    rotating.open();
    return pino(options, rotating);
  } catch (error) {
    throw new ConfigError(
      `The log file ${file} cannot be written (${messageOf(error)}); set LOG_FILE to one that can.`,
    );
  }
}
