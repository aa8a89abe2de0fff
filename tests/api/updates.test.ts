/** Which update of the tray program is offered, to whom. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isChosen } from '../../relay/updates/update-folder.ts';
import { folderForThisTest, relayForThisTest } from '../support/for-this-test.ts';

describe('updates', () => {
  const content = 'the program';

  async function publish(dir: string, { percent = 100, version = '1.1.0' } = {}) {
    const file = `CounterQR-${version}.exe`;
    const manifest = JSON.stringify({
      product: 'counterqr-tray',
      version,
      platform: 'win32-x64',
      file,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      signed_at: '2026-01-05T08:00:00Z',
    });
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, file), content);
    const release = { manifest, signature: Buffer.alloc(64).toString('base64'), percent };
    await writeFile(join(dir, 'win32-x64.json'), JSON.stringify(release));
    return release;
  }

  async function withFolder() {
    const dir = await folderForThisTest();
    const relay = await relayForThisTest({ UPDATE_DIR: dir });
    const token = await relay.register('d1');
    const ask = async (version: string, platform = 'win32-x64') =>
      (await relay.get(`/update?device_id=d1&version=${version}&platform=${platform}`, token)).body as Record<
        string,
        unknown
      >;
    return { dir, relay, token, ask };
  }

  it('are offered as they were signed, to versions before', async () => {
    const { ask, dir, relay, token } = await withFolder();
    expect(await ask('1.0.0')).toEqual({ update: false });
    const { manifest, signature } = await publish(dir);
    expect(await ask('1.0.0')).toMatchObject({ update: true, manifest, signature });
    expect(await ask('1.1.0-rc.2')).toMatchObject({ update: true });
    for (const version of ['1.1.0', '1.10.0', '2.0.0']) expect(await ask(version)).toEqual({ update: false });
    expect(await ask('1.0.0', 'linux-x64')).toEqual({ update: false });
    const { url } = await ask('1.0.0');
    const file = await relay.get(`/${String(url)}`, token);
    expect([file.text, file.headers.get('content-length')]).toEqual([content, String(content.length)]);
    expect((await relay.get(`/${String(url)}`)).status).toBe(401);
    for (const name of ['win32-x64.json', '..%2Fkeys.json', 'none.exe'])
      expect((await relay.get(`/update/file/${name}?device_id=d1`, token)).body.code, name).toBe('unknown_file');
  });

  it('are held back when the file is not the one that was signed', async () => {
    const { ask, dir, relay } = await withFolder();
    await publish(dir);
    await writeFile(join(dir, 'CounterQR-1.1.0.exe'), 'the pr0gram');
    expect(await ask('1.0.0')).toEqual({ update: false });
    expect(relay.logged).toContainEqual(expect.objectContaining({ msg: 'an update cannot be offered', level: 50 }));
    await publish(dir, { version: '1.2.0' });
    expect(await ask('1.0.0')).toMatchObject({ update: true });
    await writeFile(join(dir, 'win32-x64.json'), '{');
    expect(await ask('1.0.0')).toEqual({ update: false });
  });

  it('go to a share of the displays, and those stay in it while it grows', async () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `device_PC-${index}_abc123`);
    const chosen = (percent: number, version = '1.1.0') =>
      new Set(ids.filter((deviceId) => isChosen(deviceId, version, percent)));
    const [few, half] = [chosen(10), chosen(50)];
    expect(few.size).toBeGreaterThan(150);
    expect(few.size).toBeLessThan(250);
    expect([...few].every((id) => half.has(id))).toBe(true);
    expect([chosen(0).size, chosen(100).size]).toEqual([0, ids.length]);
    expect([...chosen(10, '1.2.0')].every((id) => few.has(id))).toBe(false);
    const { ask, dir } = await withFolder();
    await publish(dir, { percent: 0 });
    expect(await ask('1.0.0')).toEqual({ update: false });
    await publish(dir, { percent: 100 });
    expect(await ask('1.0.0')).toMatchObject({ update: true });
  });
});
