/** docs/it.md and docs/operator.md, followed from their first command to their last on a server of their own, and what these print. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, brokenPromises, follow } from '../rig/guide.ts';
import { because } from '../rig/requirements.ts';
import { noServer, TestServer } from '../rig/server.ts';

const why = noServer();

describe.skipIf(why !== undefined)(`docs for IT and operators${because(why)}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.make();
  });
  afterAll(() => server?.remove());

  it('docs/it.md leads to a running relay behind nginx, and to what the PCs need', async () => {
    const runs = await follow('docs/it.md', server.instead, { cwd: server.folder, env: server.env });
    expect(runs).toHaveLength(blocksOf('docs/it.md').filter(({ language }) => language === 'sh').length);
    expect(brokenPromises(runs)).toEqual([]);
    expect(server.asked).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^useradd .*counterqr$/),
        'systemctl daemon-reload',
        'nginx -t',
        'systemctl reload nginx',
      ]),
    );
    // The address that the policies carry has the key that this relay made.
    const { enrol } = JSON.parse(readFileSync(server.at('/var/lib/counterqr/keys.json'), 'utf8')) as { enrol: string };
    expect(readFileSync(server.at('/opt/counterqr/dist/chrome-policy/linux.json'), 'utf8')).toContain(enrol);
  });

  it('docs/operator.md prints what it says', async () => {
    // A server that is a day old has a backup.
    const backups = server.at('/var/backups/counterqr');
    execFileSync(server.at('/opt/counterqr/deploy/backup.sh'), [server.at('/var/lib/counterqr'), backups]);
    const runs = await follow('docs/operator.md', server.instead, {
      cwd: server.at('/opt/counterqr'),
      env: server.env,
    });
    expect(runs).toHaveLength(blocksOf('docs/operator.md').filter(({ language }) => language === 'sh').length);
    expect(brokenPromises(runs)).toEqual([]);
  });
});
