/** A command's life as the demo tells it: which stages were reached, and how long after the post. */
import { isEnded } from '../../../../shared/wire/commands.ts';
import type { CommandView } from '../../../../shared/wire/schemas.ts';

export interface Stage {
  readonly label: string;
  readonly state: 'done' | 'now' | 'ahead' | 'failed';
  /** Milliseconds after the post. */
  readonly afterMs?: number;
}

/** Before anything was posted. */
export const NO_STAGES: readonly Stage[] = [
  'Accepted by the relay',
  'In the kiosk’s hands',
  'Travelling to the display',
  'On the display',
  'Removed from the display',
].map((label) => ({ label, state: 'ahead' }));

const ENDINGS: Readonly<Record<string, string>> = {
  cancelled: 'Cancelled',
  closed: 'Closed',
  timeout: 'Time over',
  replaced: 'Replaced by a newer QR',
  disconnected: 'Display disconnected',
  done: 'Done',
};

/** @param amount as it stood on the display; empty where there was none */
export function stagesOf(view: CommandView, amount: string): readonly Stage[] {
  const start = Date.parse(view.created_at);
  const at = (time: string | undefined): number | undefined =>
    time === undefined ? undefined : Date.parse(time) - start;
  const failed = isEnded(view.state) && view.state !== 'cleared';
  const reached: { label: string; afterMs: number | undefined }[] = [
    { label: 'Accepted by the relay', afterMs: 0 },
    { label: 'In the kiosk’s hands', afterMs: at(view.delivered_at) },
    {
      label: 'Travelling to the display',
      afterMs: at(view.uploading_at) ?? (view.displayed_at ? at(view.displayed_at) : undefined),
    },
    { label: 'On the display', afterMs: at(view.displayed_at) },
    { label: endLabel(view, amount), afterMs: at(view.ended_at) },
  ];
  const next = reached.findIndex(({ afterMs }) => afterMs === undefined);
  return reached
    .filter(({ afterMs }, index) => !failed || afterMs !== undefined || index === reached.length - 1)
    .map(({ label, afterMs }, index, all) => ({
      label,
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

function endLabel({ state, reason, error }: CommandView, amount: string): string {
  if (!isEnded(state)) return 'Removed from the display';
  if (state === 'cleared' && (reason === 'paid' || reason === 'paid_reported'))
    return amount === '' ? 'Paid' : `Paid: ${amount}`;
  if (state === 'cleared') return `Removed: ${ENDINGS[reason ?? 'done'] ?? reason ?? ''}`;
  return `${state[0]?.toUpperCase()}${state.slice(1)}${error ? `: ${error}` : reason ? ` (${reason.replaceAll('_', ' ')})` : ''}`;
}
