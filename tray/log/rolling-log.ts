/**
 * The program's log: lines in a file that starts anew at 1 MB, with the four before it kept. Never standard output: the executable has no
 * console, and a pipe in its place breaks it in some environments.
 */
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogEntry } from '../../shared/station/station.ts';
import type { Redactor } from './redact.ts';

export const MAX_LOG_BYTES = 1_000_000;
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
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let before = { line: '', at: 0, repeats: 0 };

  function append(line: string): void {
    // A full disk must not stop the display.
    try {
      const bytes = Buffer.byteLength(line);
      if (size > 0 && size + bytes > maxBytes) {
        roll(path);
        size = 0;
      }
      appendFileSync(path, line, { mode: 0o600 });
      size += bytes;
    } catch {
      size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    }
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

function roll(path: string): void {
  rmSync(`${path}.${KEPT_LOGS}`, { force: true });
  for (let index = KEPT_LOGS - 1; index >= 1; index--)
    if (existsSync(`${path}.${index}`)) renameSync(`${path}.${index}`, `${path}.${index + 1}`);
  renameSync(path, `${path}.1`);
}
