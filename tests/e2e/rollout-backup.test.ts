/** deploy/backup.sh, restore.sh and upgrade.sh, run on a relay's data and on a small repository. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, startRelay } from '../support/process/relay.ts';
import { because, noTool, pathWithTools, tool } from '../support/requirements.ts';

const deploy = join(import.meta.dirname, '../../deploy');
const read = (name: string) => readFileSync(join(deploy, name), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-deploy-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The scripts call programs by their names. */
const env = { ...process.env, PATH: pathWithTools() };
const noTar = process.platform === 'linux' ? noTool('bash', 'tar') : 'the scripts need GNU tar';

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(15_000, 7)]);
const picture = `data:image/png;base64,${png.toString('base64')}`;

describe.skipIf(noTar !== undefined)(`backup and restore${because(noTar)}`, () => {
  it('brings back all that was acknowledged, from a backup made while the relay was writing', async () => {
    const relay = await startRelay();
    const target = join(folder, 'backups');
    try {
      const device_id = 'device_backup';
      await relay.call('POST', '/register', {
        key: KEYS.enrol,
        body: { device_id, computer_name: 'BACKUP', kind: 'kiosk' },
      });
      await relay.link('7', device_id);
      const before: string[] = [];
      for (let round = 0; round < 20; round += 1) before.push((await relay.postQr('7', `before ${round}`)).command_id);
      let writing = true;
      const meanwhile = (async () => {
        for (let round = 0; writing; round += 1) {
          await relay.postQr('7', `meanwhile ${round}`);
          const answer = await relay.call('POST', '/qr', { body: { agent_id: '7', qr_image: picture } });
          expect(answer.status).toBe(200);
        }
      })();
      const backup = spawn(join(deploy, 'backup.sh'), [relay.dataDir, target, '2'], { env });
      let file = '';
      backup.stdout.on('data', (data: Buffer) => (file += data.toString()));
      // Its output may be read after it has ended.
      const [code] = (await once(backup, 'close')) as [number];
      writing = false;
      await meanwhile;
      expect(code).toBe(0);
      file = file.trim();
      expect(statSync(file).mode & 0o077).toBe(0);

      await relay.stop();
      execFileSync(join(deploy, 'restore.sh'), [file, relay.dataDir], { env });
      await relay.start();
      for (const commandId of before) expect((await relay.command(commandId)).command_id).toBe(commandId);
      // A good restore is told as one: no picture, group or file is missing.
      const health = await relay.call('GET', '/health');
      expect(health).toMatchObject({ status: 200, body: { status: 'online' } });
      expect(health.body['damaged_files']).toBeUndefined();
      expect(relay.output).not.toContain('a damaged file was set aside');
      // The link is there too: the next QR goes to the same display.
      expect((await relay.postQr('7', 'after')).device_id).toBe(device_id);
      for (const name of readdirSync(tmpdir()).filter((name) => join(tmpdir(), name).startsWith(`${relay.dataDir}.`)))
        rmSync(join(tmpdir(), name), { recursive: true });
    } finally {
      await relay.remove();
    }
  });

  it('refuses a backup that is cut short, and leaves the data alone', () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'something'), 'kept');
    const file = execFileSync(join(deploy, 'backup.sh'), [data, join(folder, 'cut')], { encoding: 'utf8', env }).trim();
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length - 20));
    const { status, stderr } = spawnSync(join(deploy, 'restore.sh'), [file, data], { encoding: 'utf8', env });
    expect([status, stderr]).toEqual([1, expect.stringContaining('not a whole backup')]);
    expect(readdirSync(data)).toEqual(['last-backup', 'something']);
  });

  it('refuses while the relay runs, and leaves the data alone; a new folder beside it may be filled', () => {
    const data = join(folder, 'in-use');
    mkdirSync(data);
    writeFileSync(join(data, 'something'), 'kept');
    const file = execFileSync(join(deploy, 'backup.sh'), [data, join(folder, 'trial')], {
      encoding: 'utf8',
      env,
    }).trim();
    const programs = join(folder, 'systemctl-only');
    mkdirSync(programs);
    const restore = (target: string, isRunning: boolean) => {
      const text = `#!/bin/sh\n[ "$*" = "is-active --quiet counterqr" ] || exit 64\nexit ${isRunning ? 0 : 3}\n`;
      writeFileSync(join(programs, 'systemctl'), text, { mode: 0o755 });
      const env = { ...process.env, PATH: `${programs}:${pathWithTools()}` };
      return spawnSync(join(deploy, 'restore.sh'), [file, target], { encoding: 'utf8', env });
    };
    writeFileSync(join(data, 'something'), 'written since');
    expect(restore(data, true)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('systemctl stop counterqr'),
    });
    expect(readFileSync(join(data, 'something'), 'utf8')).toBe('written since');
    const beside = join(folder, 'trial-data');
    expect(restore(beside, true).status).toBe(0);
    expect(readFileSync(join(beside, 'something'), 'utf8')).toBe('kept');
    expect(restore(data, false).status).toBe(0);
    expect(readFileSync(join(data, 'something'), 'utf8')).toBe('kept');
  });
});

const noUpgrade = noTool('bash', 'git', 'curl', 'tar');

describe.skipIf(noUpgrade !== undefined)(`upgrade.sh${because(noUpgrade)}`, () => {
  let home: string;
  let programs: string;
  const git = (...args: string[]): string =>
    execFileSync(tool('git'), ['-C', home, '-c', 'user.name=t', '-c', 'user.email=t@t.example', ...args], {
      encoding: 'utf8',
    }).trim();
  const program = (name: string, text: string): void =>
    writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

  const surroundings = (): NodeJS.ProcessEnv => ({
    ...process.env,
    PATH: `${programs}:${pathWithTools()}`,
    COUNTERQR_HOME: home,
    COUNTERQR_HEALTH: `file://${home}/healthy`,
    COUNTERQR_DATA: join(programs, 'data'),
    COUNTERQR_BACKUPS: join(programs, 'backups'),
  });

  /**
   * Runs it where `npm` and `systemctl` only note what they were asked, and health is a file that the version carries.
   */
  function upgrade(version: string): { status: number | null; output: string; asked: string[] } {
    const asked = join(programs, 'asked');
    rmSync(asked, { force: true });
    const { status, stdout, stderr } = spawnSync(join(home, 'deploy/upgrade.sh'), [version], {
      encoding: 'utf8',
      env: surroundings(),
    });
    return { status, output: stdout + stderr, asked: readFileSync(asked, 'utf8').trim().split('\n') };
  }
  /** The version whose files are there and which was restarted last. */
  const running = (): string => readFileSync(join(programs, 'running'), 'utf8').trim();

  beforeAll(() => {
    home = join(folder, 'home');
    programs = join(folder, 'programs');
    mkdirSync(join(home, 'deploy'), { recursive: true });
    mkdirSync(join(programs, 'data'), { recursive: true });
    writeFileSync(join(programs, 'data/keys.json'), '{}');
    for (const name of ['upgrade.sh', 'backup.sh'])
      writeFileSync(join(home, 'deploy', name), read(name), { mode: 0o755 });
    const note = (name: string): string => `echo "${name} $*" >> "${join(programs, 'asked')}"`;
    // A version may carry a file that makes its build fail.
    program('npm', `${note('npm')}\n[ "$*" != "run build" ] || [ ! -e "${home}/unbuildable" ]`);
    program('systemctl', `${note('systemctl')}\ncp "${home}/version" "${join(programs, 'running')}"`);
    program('sleep', 'exit 0');
    git('init', '--quiet');
    git('remote', 'add', 'origin', home);
    for (const [tag, ...files] of [
      ['v1', 'healthy'],
      ['v2', 'healthy'],
      ['v3'],
      ['v4', 'healthy', 'unbuildable'],
    ] as const) {
      writeFileSync(join(home, 'version'), tag);
      for (const name of ['healthy', 'unbuildable'] as const) {
        if (files.includes(name as never)) writeFileSync(join(home, name), 'yes');
        else rmSync(join(home, name), { force: true });
      }
      git('add', '--all');
      git('commit', '--quiet', '--message', tag);
      git('tag', tag);
    }
    git('checkout', '--quiet', 'v1');
  });

  it('makes a backup, builds the version, restarts, and says so', () => {
    const { status, output, asked } = upgrade('v2');
    expect(output).toContain('Running v2.');
    expect(status).toBe(0);
    expect(asked).toEqual([expect.stringMatching(/^npm ci /), 'npm run build', 'systemctl restart counterqr']);
    expect(readdirSync(join(programs, 'backups'))).toHaveLength(1);
  });

  it('goes back by itself when the version does not answer', () => {
    const { status, output, asked } = upgrade('v3');
    expect(output).toMatch(/^v3: asking file:\S+ failed; going back to [0-9a-f]{40}\.$/m);
    expect(status).toBe(1);
    expect(running()).toBe('v2');
    expect(asked.at(-1)).toBe('systemctl restart counterqr');
    expect(asked).toHaveLength(6);
  });

  it('says so of a version that does not exist, and the one before runs', () => {
    const { status, output, asked } = upgrade('v99');
    expect(output).toContain('v99: git checkout v99 failed; going back');
    expect(output).not.toContain('Running');
    expect(status).toBe(1);
    expect([readFileSync(join(home, 'version'), 'utf8'), running()]).toEqual(['v2', 'v2']);
    // Those of the way back.
    expect(asked).toHaveLength(3);
  });

  it('does not restart into a version that does not build, and the one before runs', () => {
    const { status, output, asked } = upgrade('v4');
    expect(output).toContain('v4: npm run build failed; going back');
    expect(output).not.toContain('Running');
    expect(status).toBe(1);
    expect([readFileSync(join(home, 'version'), 'utf8'), running()]).toEqual(['v2', 'v2']);
    expect(asked.filter((call) => call.startsWith('systemctl'))).toHaveLength(1);
  });

  it('says with code 2 that the version before does not come back either', () => {
    program('npm', 'exit 1');
    const { status, stderr } = spawnSync(join(home, 'deploy/upgrade.sh'), ['v1'], {
      encoding: 'utf8',
      env: surroundings(),
    });
    expect(stderr).toContain('v1: npm ci failed; going back');
    expect(stderr).toContain('does not come back either: npm ci failed');
    expect(status).toBe(2);
  });
});
