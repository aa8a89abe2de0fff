/** Log entries: a closed name for programs, a sentence for people, nothing that is secret or a customer's. */
import { wallNow, type Clock } from '../util/clock.ts';
import type { LogEntry } from './station-types.ts';

/** @param about see `LogEntry` */
export type Log = (level: LogEntry['level'], event: string, text: string, about?: string) => void;

export function makeLog(clock: Clock, onEntry: (entry: LogEntry) => void): Log {
  return (level, event, text, about) =>
    onEntry({
      at: new Date(wallNow(clock)).toISOString(),
      level,
      event,
      text,
      ...(about === undefined ? {} : { about }),
    });
}
