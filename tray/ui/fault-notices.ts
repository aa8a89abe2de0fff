/**
 * One notice for each fault, given once the fault has lasted some seconds: a replug or a restart of the relay is
 * shorter. A second notice says when all is well again.
 */
import type { Clock } from '../../shared/util/clock.ts';
import type { Notice } from './ui.ts';
import { PHRASES, type Language } from './phrases.ts';
import { conditionOf, faultsOf, type Facts } from './presenter.ts';

export const FAULT_LASTS_MS = 6_000;

export interface FaultNotices {
  look(facts: Facts, language: Language): void;
  stop(): void;
}

export function createFaultNotices(clock: Clock, notify: (notice: Notice) => void): FaultNotices {
  let waiting: { readonly fault: string; readonly stop: AbortController } | undefined;
  let announced: string | undefined;

  const stopWaiting = (): void => {
    waiting?.stop.abort(new Error('The fault is over.'));
    waiting = undefined;
  };

  function look(facts: Facts, language: Language): void {
    const [fault] = faultsOf(facts, language);
    const { notice } = PHRASES[language];
    if (fault === undefined) {
      stopWaiting();
      const isWell = conditionOf(facts) === 'ready';
      if (announced !== undefined && isWell) {
        announced = undefined;
        notify({ level: 'info', title: notice.backTitle, text: notice.backText });
      }
      return;
    }
    if (fault === announced || fault === waiting?.fault) return;
    stopWaiting();
    const stop = new AbortController();
    waiting = { fault, stop };
    clock.sleep(FAULT_LASTS_MS, stop.signal).then(
      () => {
        waiting = undefined;
        announced = fault;
        notify({ level: 'warning', title: notice.faultTitle, text: fault });
      },
      () => undefined,
    );
  }

  return { look, stop: stopWaiting };
}
