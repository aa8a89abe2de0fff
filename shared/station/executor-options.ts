/** What an executor is made of. */
import type { PictureMaker } from '../picture/picture.ts';
import type { ScreenMemory } from '../screen/screen-store.ts';
import type { Display } from '../screen/show-picture.ts';
import type { Clock } from '../util/clock.ts';
import type { DisplayChecks } from './display-checks.ts';
import type { Log } from './log.ts';
import type { SendReport } from './reports.ts';
import type { StationEvent } from './station-types.ts';

/** What the executor tells of itself, among what a station tells. */
export type ExecutorEvent = Extract<StationEvent, { readonly kind: 'command' | 'screen' }>;

export interface ExecutorOptions {
  readonly clock: Clock;
  readonly display: Display;
  readonly checks: DisplayChecks;
  readonly pictures: PictureMaker;
  readonly memory: ScreenMemory;
  readonly deviceName: () => string;
  readonly report: SendReport;
  readonly onEvent: (event: ExecutorEvent) => void;
  /** `idle` may have changed. */
  readonly onIdle: () => void;
  readonly log: Log;
}
