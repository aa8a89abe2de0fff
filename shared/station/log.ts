/** Log entries: a closed name for programs, a sentence for people, nothing that is secret or a customer's. */
import { wallNow, type Clock } from '../util/clock.ts';
import type { LogEntry } from './station-types.ts';

export type Log = (level: LogEntry['level'], event: string, text: string) => void;

export function makeLog(clock: Clock, onEntry: (entry: LogEntry) => void): Log {
  return (level, event, text) => onEntry({ at: new Date(wallNow(clock)).toISOString(), level, event, text });
}
