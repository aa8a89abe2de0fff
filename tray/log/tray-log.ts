/**
 * The program's log: lines in a file that starts anew at 1 MB, with the four before it kept. Never standard output: the
 * executable has no console, and a pipe in its place breaks it in some environments.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { RotatingFile } from '../../node/rotating-file.ts';
import type { LogEntry } from '../../shared/station/station-types.ts';
import type { Redactor } from './redact.ts';

const MAX_LOG_BYTES = 1_000_000;
/** Files beside the current one: `.1` is the youngest. */
export const KEPT_LOGS = 4;
/** A fault that repeats every poll must not push the day's history out of the files. */
const SAME_LINE_EVERY_MS = 60_000;

export interface Log {
  readonly path: string;
  write(entry: LogEntry): void;
  info(event: string, text: string): void;
  warn(event: string, text: string): void;
  error(event: string, text: string): void;
}

export interface TrayLogOptions {
  readonly path: string;
  readonly redactor: Redactor;
  readonly now?: () => Date;
  readonly maxBytes?: number;
}

export function openTrayLog({ path, redactor, now = () => new Date(), maxBytes = MAX_LOG_BYTES }: TrayLogOptions): Log {
  mkdirSync(dirname(path), { recursive: true });
  const file = new RotatingFile({ path, maxBytes, keep: KEPT_LOGS });
  let before = { line: '', at: 0, repeats: 0 };

  function append(line: string): void {
    file.write(line);
    // A version on trial writes to the same log.
    file.close();
  }

  function write(entry: LogEntry): void {
    const text = redactor.clean(entry.text).replace(/[\r\n]+/g, ' | ');
    const line = `${entry.level.padEnd(5)} ${entry.event}: ${text}`;
    const time = Date.parse(entry.at);
    if (line === before.line && time - before.at < SAME_LINE_EVERY_MS) {
      before.repeats += 1;
      return;
    }
    if (before.repeats > 0) append(`${entry.at} info  repeated: the line above ${before.repeats} more times\n`);
    before = { line, at: time, repeats: 0 };
    append(`${entry.at} ${line}\n`);
  }

  const at = (level: LogEntry['level']) => (event: string, text: string) =>
    write({ at: now().toISOString(), level, event, text });
  return { path, write, info: at('info'), warn: at('warn'), error: at('error') };
}
