/** A data folder with a long history, written as the store writes it, some seconds' work instead of a week's. */
import { join } from 'node:path';
import { Low } from 'lowdb';
import type { EndedCommand } from '../../../relay/core/records.ts';
import { newCommandId } from '../../../relay/store/buffered-transaction.ts';
import { nodeFiles } from '../../../relay/store/lowdb/files.ts';
import { History } from '../../../relay/store/lowdb/history.ts';
import { foldersOf } from '../../../relay/store/lowdb/recover.ts';
import { SnapshotAdapter, type Document } from '../../../relay/store/lowdb/snapshot.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS = 6;
const AT_ONCE = 2_000;

/** Answers the ids, oldest first. */
export async function writeLongHistory(dir: string, count: number): Promise<string[]> {
  const folders = foldersOf(dir);
  for (const path of Object.values(folders)) await nodeFiles.makeDir(path);
  const now = Date.now();
  const onDamage = (file: string): never => {
    throw new Error(`${file} is damaged`);
  };
  const options = { files: nodeFiles, dir: folders.history, historyDays: 7, now: () => now, onDamage };
  const history = new History(options);
  const ids: string[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const lines = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => {
      const createdAt = Math.round(now - DAYS * DAY_MS * (1 - (from + i) / count));
      const command = endedCommand(newCommandId(createdAt), createdAt, (from + i) % 500);
      ids.push(command.commandId);
      return { j: from + i + 1, i: 0, c: command };
    });
    history.take(lines);
    await history.flush();
  }
  const document: Document = { seq: count, records: {}, pictures: new Map(), history: await history.flush() };
  await history.close();
  for (let nth = 0; nth < 2; nth++)
    await new Low<Document>(new SnapshotAdapter(nodeFiles, join(folders.snapshots)), document).write();
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
