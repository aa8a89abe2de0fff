/** A data folder with a long history, written as the store writes it, some seconds' work instead of a week's. */
import type { EndedCommand } from '../../../relay/core/records.ts';
import { newCommandId } from '../../../relay/store/buffered-transaction.ts';
import { Folder } from '../../../relay/store/lowdb/folder.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS = 6;
const AT_ONCE = 2_000;

/** Answers the ids, oldest first. */
export async function writeLongHistory(dir: string, count: number): Promise<string[]> {
  const now = Date.now();
  const onDamage = (file: string): never => {
    throw new Error(`${file} is damaged`);
  };
  const { files, paths, history, low } = new Folder({ dir, historyDays: 7, now: () => now, onDamage });
  for (const path of paths) await files.makeDir(path);
  const ids: string[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    for (let nth = from; nth < Math.min(count, from + AT_ONCE); nth++) {
      const createdAt = Math.round(now - DAYS * DAY_MS * (1 - nth / count));
      const command = endedCommand(newCommandId(createdAt), createdAt, nth % 500);
      ids.push(command.commandId);
      history.add({ seq: nth + 1, ended: [command], audited: [] });
    }
    await history.flush();
  }
  low.data = { seq: count, records: {}, pictures: new Map(), history: await history.flush() };
  for (let nth = 0; nth < 2; nth++) await low.write();
  return ids;
}

function endedCommand(commandId: string, createdAt: number, display: number): EndedCommand {
  return {
    commandId,
    type: 'display_qr',
    deviceId: `device_${display}`,
    computerName: `COUNTER-${display}`,
    agentId: `agent-${display}`,
    state: 'cleared',
    reason: 'timeout',
    error: null,
    createdAt,
    deliveredAt: createdAt + 40,
    receivedAt: createdAt + 50,
    uploadingAt: createdAt + 90,
    displayedAt: createdAt + 2_500,
    endedAt: createdAt + 302_500,
    deliveries: 1,
    executionMs: 2_460,
    policyNumber: `P-${commandId.slice(-6)}`,
    amount: '1250.00',
    currency: 'MUR',
    reference: `R-${commandId.slice(-8)}`,
  };
}
