/** deploy/prometheus as Prometheus' own tool reads it; the dashboard's queries, too. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dashboard } from '../../../scripts/dashboard.mjs';
import { root } from '../../support/docs/guide.ts';
import { because, noTool, tool } from '../../support/requirements.ts';

const why = noTool('promtool');
const shipped = join(root, 'deploy/prometheus');

function copyOfShipped(): string {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-alerts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(shipped, folder, { recursive: true });
  return folder;
}

describe.skipIf(why !== undefined)(`the alarms${because(why)}`, () => {
  const promtool = (...args: string[]) => execFileSync(tool('promtool'), args, { encoding: 'utf8' });

  it('are rules that Prometheus takes, and are set off by what they are for, and by nothing on a quiet day', () => {
    expect(promtool('check', 'rules', join(shipped, 'alerts.yml'))).toContain('SUCCESS');
    expect(promtool('test', 'rules', join(shipped, 'alerts.test.yml'))).toContain('SUCCESS');
  });

  // Tests that go on passing without the rule would be none.
  it.each([...readFileSync(join(shipped, 'alerts.yml'), 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => name))(
    'of which %s is missed when it is gone',
    (name) => {
      const folder = copyOfShipped();
      const file = join(folder, 'alerts.yml');
      writeFileSync(file, readFileSync(file, 'utf8').replace(`alert: ${name}\n`, `alert: ${name}Gone\n`));
      const { status, stdout, stderr } = spawnSync(
        tool('promtool'),
        ['test', 'rules', join(folder, 'alerts.test.yml')],
        {
          encoding: 'utf8',
        },
      );
      expect(status).toBe(1);
      expect(stdout + stderr).toContain(`alertname: ${name}`);
    },
  );

  it('and the dashboard ask in Prometheus’ language', () => {
    const folder = copyOfShipped();
    const queries = dashboard().panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const rules = queries.map((expr, index) => ({
      record: `panel:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const file = join(folder, 'panels.yml');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    expect(promtool('check', 'rules', file)).toContain(`${queries.length} rules found`);
  });
});
