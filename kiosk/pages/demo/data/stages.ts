/** A command's life as the demo tells it: which stages were reached, and how long after the post. */
import { isEnded } from '../../../../shared/wire/commands.ts';
import type { CommandView } from '../../../../shared/wire/web-app.ts';

export type StageName = 'accepted' | 'handed' | 'travelling' | 'displayed' | 'over';

export interface Stage {
  readonly name: StageName;
  readonly state: 'done' | 'now' | 'ahead' | 'failed';
  /** Milliseconds after the post. */
  readonly afterMs?: number;
}

const NAMES: readonly StageName[] = ['accepted', 'handed', 'travelling', 'displayed', 'over'];

/** Before anything was posted. */
export const NO_STAGES: readonly Stage[] = NAMES.map((name) => ({ name, state: 'ahead' }));

export function stagesOf(view: CommandView): readonly Stage[] {
  const start = Date.parse(view.created_at);
  const at = (time: string | undefined): number | undefined =>
    time === undefined ? undefined : Date.parse(time) - start;
  const failed = isEnded(view.state) && view.state !== 'cleared';
  const reached: { name: StageName; afterMs: number | undefined }[] = [
    { name: 'accepted', afterMs: 0 },
    { name: 'handed', afterMs: at(view.delivered_at) },
    {
      name: 'travelling',
      afterMs: at(view.uploading_at) ?? (view.displayed_at ? at(view.displayed_at) : undefined),
    },
    { name: 'displayed', afterMs: at(view.displayed_at) },
    { name: 'over', afterMs: at(view.ended_at) },
  ];
  const next = reached.findIndex(({ afterMs }) => afterMs === undefined);
  return reached
    .filter(({ afterMs }, index) => !failed || afterMs !== undefined || index === reached.length - 1)
    .map(({ name, afterMs }, index, all) => ({
      name,
      state:
        failed && index === all.length - 1
          ? 'failed'
          : afterMs !== undefined
            ? 'done'
            : index === next
              ? 'now'
              : 'ahead',
      ...(afterMs === undefined ? {} : { afterMs: Math.max(0, afterMs) }),
    }));
}
