/**
 * How deploy/ keeps the relay running: systemd units, log rotation and the PM2 file, run by the programs that they are
 * for.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRelay } from '../support/process/relay.ts';
import { because, noTool, tool } from '../support/requirements.ts';
import { until } from '../support/wait.ts';
import { removeFolder } from '../support/remove-folder.ts';

const deploy = join(import.meta.dirname, '../../deploy');
const read = (name: string) => readFileSync(join(deploy, name), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'counterqr-deploy-'));
  // logrotate refuses folders that others may write, and rightly.
  chmodSync(folder, 0o755);
});
afterAll(() => removeFolder(folder));

const noSystemd = noTool('systemd-analyze');

describe.skipIf(noSystemd !== undefined)(`systemd units${because(noSystemd)}`, () => {
  const verify = (...names: string[]) => {
    const units = join(folder, 'units');
    mkdirSync(units, { recursive: true });
    // A unit would have to quote the path of a clone that has a space in it.
    const backup = join(folder, 'backup.sh');
    copyFileSync(join(deploy, 'backup.sh'), backup);
    for (const name of names)
      writeFileSync(
        join(units, name),
        // Only what must exist on this machine is replaced.
        read(name).replace('/opt/counterqr/deploy/backup.sh', backup),
      );
    return spawnSync(tool('systemd-analyze'), ['verify', ...names.map((name) => join(units, name))], {
      encoding: 'utf8',
    });
  };

  it('are taken by systemd without a word', () => {
    const { status, stderr, stdout } = verify(
      'counterqr.service',
      'counterqr-backup.service',
      'counterqr-backup.timer',
    );
    expect(stderr + stdout).toBe('');
    expect(status).toBe(0);
  });

  // Debian's package puts it into the one, the archive from nodejs.org into the other.
  it.each(['/usr/local/bin', '/usr/bin'])('find a Node in %s', (place) => {
    const unit = read('counterqr.service');
    const path = /^Environment=PATH=(.*)$/m.exec(unit)?.[1] ?? '';
    const [program = '', ...args] = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? [];
    const server = join(folder, `server${place}`);
    mkdirSync(server + place, { recursive: true });
    writeFileSync(join(server + place, 'node'), '#!/bin/sh\necho "started $*"\n', { mode: 0o755 });
    const PATH = path
      .split(':')
      .map((part) => server + part)
      .join(':');
    expect(execFileSync(program, args, { encoding: 'utf8', env: { PATH } })).toBe('started dist/relay/main.js\n');
  });

  it('verify tells a broken unit from a good one', () => {
    const broken = join(folder, 'broken.service');
    writeFileSync(broken, read('counterqr.service').replace('Restart=always', 'Restart=sometimes'));
    expect(spawnSync(tool('systemd-analyze'), ['verify', broken], { encoding: 'utf8' }).stderr).toContain(
      'restart specifier',
    );
  });

  it('leave the relay exposed to little: below 2.0 of 10', () => {
    const { status, stdout } = spawnSync(
      tool('systemd-analyze'),
      ['security', '--offline=true', '--threshold=20', join(deploy, 'counterqr.service')],
      { encoding: 'utf8' },
    );
    expect(stdout).toContain('Overall exposure level');
    expect(status).toBe(0);
  });
});

const noLogrotate = noTool('logrotate');

it.skipIf(noLogrotate !== undefined)(
  `logrotate.conf keeps the file that the relay writes to${because(noLogrotate)}`,
  async () => {
    const logs = join(folder, 'logs');
    mkdirSync(logs, { mode: 0o755 });
    const log = join(logs, 'relay.log');
    const relay = await startRelay({ env: { LOG_FILE: log } });
    const lines = (file: string): number => readFileSync(file, 'utf8').split('"path":"/api/device/link"').length - 1;
    const leaveALine = () => relay.call('POST', '/link', { body: { agent_id: '1', device_id: 'nobody' } });
    try {
      await leaveALine();
      await until('the line is written', () => lines(log) === 1);
      const inode = statSync(log).ino;
      const conf = join(folder, 'logrotate.conf');
      const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
      writeFileSync(
        conf,
        read('logrotate.conf')
          .replaceAll('/var/log/counterqr', logs)
          .replace('su counterqr counterqr', `su ${userInfo().username} ${group}`),
        { mode: 0o644 },
      );
      execFileSync(tool('logrotate'), ['--force', '--state', join(folder, 'logrotate.state'), conf]);
      expect(statSync(log)).toMatchObject({ ino: inode, size: 0 });
      expect(lines(`${log}.1`)).toBe(1);
      await leaveALine();
      await until('the next line is in the emptied file', () => lines(log) === 1);
      // Written at its start, not where the file ended before.
      expect(readFileSync(log)[0]).toBe('{'.charCodeAt(0));
    } finally {
      await relay.remove();
    }
  },
);

describe('ecosystem.config.cjs', () => {
  const { apps } = createRequire(import.meta.url)(join(deploy, 'ecosystem.config.cjs')) as {
    apps: {
      cwd: string;
      script: string;
      instances: number;
      exec_mode: string;
      kill_timeout: number;
      env: Record<string, string>;
    }[];
  };

  it('is one process, which starts with these settings and ends in time on PM2’s signal', async () => {
    expect(apps).toHaveLength(1);
    const [app] = apps;
    expect(app).toMatchObject({ instances: 1, exec_mode: 'fork' });
    if (!app) return;
    const child = spawn(process.execPath, [join(app.cwd, app.script)], {
      cwd: app.cwd,
      env: { PATH: process.env['PATH'], ...app.env, DATA_DIR: join(folder, 'pm2'), PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const address = await new Promise<string>((resolve) => {
      let said = '';
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
        const found = /http:\/\/localhost:\d+\/counterqr\//.exec(said);
        if (found) resolve(found[0]);
      });
    });
    expect((await fetch(`${address}api/device/health`)).status).toBe(200);
    // In production the demo, and the keys that it hands out, are off.
    expect((await fetch(`${address}demo/`)).status).toBe(404);
    const stopping = performance.now();
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - stopping).toBeLessThan(app.kill_timeout);
  });
});
