/** What a test needs until it is over, and not longer. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { RelayApp } from './relay-app.ts';
import { removeFolder } from './remove-folder.ts';

export async function relayForThisTest(env: Record<string, string> = {}): Promise<RelayApp> {
  const relay = await RelayApp.start({ env });
  onTestFinished(() => relay.stop());
  return relay;
}

export async function folderForThisTest(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'counterqr-test-'));
  onTestFinished(() => removeFolder(path));
  return path;
}
