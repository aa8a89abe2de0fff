import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey, signUpdate, stageUpdate } from '../../scripts/sign-update.mjs';
import { isSignedFile, readUpdateKey, verifyManifest, type UpdateRequirements } from './verify.ts';

describe('an update is taken only when', () => {
  let folder: string;
  let signed: { name: string; manifest: string; signature: string };
  let requirements: UpdateRequirements;
  const why = (more: Partial<UpdateRequirements> = {}, change: Partial<typeof signed> = {}): string => {
    const verified = verifyManifest({ ...signed, ...change }, { ...requirements, ...more });
    return verified.kind === 'right' ? 'right' : verified.why;
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'counterqr-sign-'));
    const key = join(folder, 'key.pem');
    requirements = { key: readUpdateKey(makeKey(key)), platform: 'win32-x64', version: '1.1.9' };
    const file = join(folder, 'CounterQR.exe');
    writeFileSync(file, 'the program');
    const signedAt = new Date('2026-03-01T08:00:00Z');
    signed = signUpdate({
      key,
      folder: join(folder, 'updates'),
      platform: 'win32-x64',
      version: '1.2.0',
      file,
      signedAt,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('the release script signed it for this platform and it is newer', () => {
    expect(why()).toBe('right');
    expect(why({ version: '1.2.0-rc.1' })).toBe('right');
    expect(why({ version: '1.2.0' })).toContain('not newer');
    expect(why({ version: '1.10.0' })).toContain('not newer');
    expect(why({ platform: 'linux-x64' })).toContain('for win32-x64');
  });

  it('the signature is of this key and of these very bytes', () => {
    const other = generateKeyPairSync('ed25519').publicKey;
    expect(why({ key: other })).toContain('signature');
    expect(why({}, { manifest: signed.manifest.replace('1.2.0', '1.3.0') })).toContain('signature');
    expect(why({}, { manifest: `${signed.manifest} ` })).toContain('signature');
    expect(why({}, { signature: '' })).toContain('signature');
  });

  it('no younger one was taken before', () => {
    expect(why({ notBefore: '2026-03-01T08:00:00.000Z' })).toBe('right');
    expect(why({ notBefore: '2026-03-01T08:00:01.000Z' })).toContain('younger');
  });

  it('the file is the signed one', async () => {
    const verified = verifyManifest(signed, requirements);
    if (verified.kind === 'wrong') throw new Error(verified.why);
    const path = join(folder, 'updates', signed.name);
    expect(await isSignedFile(path, verified.manifest)).toBe(true);
    const changed = join(folder, 'changed.exe');
    writeFileSync(changed, 'the Program');
    expect(await isSignedFile(changed, verified.manifest)).toBe(false);
    expect(await isSignedFile(join(folder, 'not there'), verified.manifest)).toBe(false);
  });

  it('and the share of displays that may have it is changed without signing again', () => {
    const updates = join(folder, 'updates');
    stageUpdate({ folder: updates, platform: 'win32-x64', percent: 10 });
    const release: unknown = JSON.parse(readFileSync(join(updates, 'win32-x64.json'), 'utf8'));
    expect(release).toMatchObject({ manifest: signed.manifest, signature: signed.signature, percent: 10 });
    expect(() => stageUpdate({ folder: updates, platform: 'linux-x64', percent: 10 })).toThrow('sign a version first');
  });
});
