/** A command's way through its stages, as steps with the time each took. */
import type { AdminCommand } from '../../../../shared/wire/admin/command.ts';
import { isEnded } from '../../../../shared/wire/commands.ts';

const STAGE_NAMES = ['created', 'delivered', 'received', 'uploading', 'displayed', 'ended'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export interface Step {
  readonly stage: StageName;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds since the command was posted. */
  readonly afterMs: number;
}

/** The stages that were reached, in the order of their times. */
export function stepsOf(command: AdminCommand): Step[] {
  const created = Date.parse(command.created_at);
  return STAGE_NAMES.flatMap((stage) => {
    const text = command[`${stage}_at`];
    const at = text === undefined ? Number.NaN : Date.parse(text);
    return Number.isNaN(at) ? [] : [{ stage, at, afterMs: Math.max(0, at - created) }];
  }).sort((one, other) => one.at - other.at);
}

/** By the time of the post, which the page shows; the relay sorts by the end. */
export const newestFirst = (commands: readonly AdminCommand[]): AdminCommand[] =>
  [...commands].sort((one, other) => Date.parse(other.created_at) - Date.parse(one.created_at));

/** Can still be cancelled. */
export const isOpen = (command: AdminCommand): boolean => !isEnded(command.state);
/** Its next stage is near. */
export const isUnderWay = ({ state }: AdminCommand): boolean => state === 'pending' || state === 'delivered';
/** Was delivered and not reported since; it can be delivered again at once. */
export const isStuck = (command: AdminCommand): boolean => command.state === 'delivered';
