/** The id of a store in Redis, and what a relay remembers of it. Through HTTP: tests/api/emptied-redis.test.ts. */
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RULES } from '../../../tests/contracts/store-harness.ts';
import { noRedis, startRedis, type TestRedis } from '../../../tests/support/process/redis.ts';
import { removeFolder } from '../../../tests/support/remove-folder.ts';
import { because } from '../../../tests/support/requirements.ts';
import { loadKeys } from '../../auth/keys.ts';
import { openRedis, type OpenRedis } from './open-redis.ts';
import { STORE_MEMORY_FILE } from './store-memory.ts';

const reason = noRedis();
const GENERATED = { appKeys: undefined, enrolKeys: undefined, adminKeys: undefined };

describe.skipIf(reason !== undefined)(`the id of a store in Redis${because(reason)}`, () => {
  let redis: TestRedis;
  const folders: string[] = [];
  const opened: OpenRedis[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.remove();
    for (const folder of folders) removeFolder(folder);
  });
  const closeAll = async (): Promise<void> => {
    for (const { close, database } of opened.splice(0)) {
      await close();
      await database.close();
    }
  };
  afterEach(closeAll);

  function newFolder(): string {
    folders.push(mkdtempSync(join(tmpdir(), 'counterqr-identity-')));
    return folders[folders.length - 1];
  }
  async function open(dataDir: string): Promise<OpenRedis> {
    const settings = { storeUrl: redis.url, redisReplicas: 0, dataDir, historyDays: 7, rules: RULES };
    opened.push(await openRedis(settings, pino({ level: 'silent' }), { onWritten: () => undefined }));
    return opened[opened.length - 1];
  }

  it('generated keys are remembered beside it, and written back when the loss is accepted', async () => {
    const folder = newFolder();
    const { keys } = await loadKeys(GENERATED, (await open(folder)).vault);
    await closeAll();
    await redis.empty();
    const again = await open(folder);
    expect(await again.database.health()).toMatchObject({ writable: false, emptied: expect.any(String) as unknown });
    expect((await loadKeys(GENERATED, again.vault)).keys).toEqual(keys);
    expect(await redis.keys('counterqr:keys')).toEqual([]);
    expect(await again.database.acceptEmptied('admin')).toBe(true);
    expect((await loadKeys(GENERATED, (await open(newFolder())).vault)).keys).toEqual(keys);
  });

  it('a new relay that takes the emptied Redis for a new one is no way round the question', async () => {
    await redis.empty();
    const known = await open(newFolder());
    await redis.empty();
    const stranger = await open(newFolder());
    expect((await stranger.database.health()).writable).toBe(true);
    expect((await known.database.health()).writable).toBe(false);
    expect(await known.database.acceptEmptied('admin')).toBe(true);
    for (const { database } of [known, stranger]) expect((await database.health()).writable).toBe(true);
  });

  it('only its owner may read what is remembered; when it is damaged the relay does not start', async () => {
    const folder = newFolder();
    await open(folder);
    const path = join(folder, STORE_MEMORY_FILE);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    await closeAll();
    writeFileSync(path, '{"redis":');
    await expect(open(folder)).rejects.toThrow(`${path} is damaged`);
  });

  it('another Redis at another address is taken as it is', async () => {
    const folder = newFolder();
    await open(folder);
    await closeAll();
    const empty = await startRedis();
    try {
      const settings = { storeUrl: empty.url, redisReplicas: 0, dataDir: folder, historyDays: 7, rules: RULES };
      const other = await openRedis(settings, pino({ level: 'silent' }), { onWritten: () => undefined });
      expect((await other.database.health()).writable).toBe(true);
      await other.close();
      await other.database.close();
    } finally {
      await empty.remove();
    }
  });
});
