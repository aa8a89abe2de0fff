/** How the program comes to its end: asked by a person, the installer, the system, or by a crash. */
import { messageOf } from '../../shared/wire/errors.ts';
import type { Log } from '../log/tray-log.ts';

export interface Shutdown<T> {
  /** Settles with the first request's outcome. */
  readonly requested: Promise<T>;
  readonly request: (why: string, outcome?: T) => void;
}

/** @param defaultOutcome the outcome of signals and of requests that name none */
export function createShutdown<T>(log: Log, defaultOutcome: T): Shutdown<T> {
  let resolve: (outcome: T) => void = () => undefined;
  const requested = new Promise<T>((done) => (resolve = done));
  const request = (why: string, outcome = defaultOutcome): void => {
    log.info('ending', why);
    resolve(outcome);
  };
  const onSignal = (signal: string): void => request(signal);
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  void requested.then(() => process.off('SIGTERM', onSignal).off('SIGINT', onSignal));
  return { requested, request };
}

/** Says in the log why the program is gone. Once per process. */
export function logCrashes(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.error('crashed', error.stack ?? messageOf(error));
    process.exit(1);
  });
  process.on('unhandledRejection', (reason) => log.error('unhandled', messageOf(reason)));
}
