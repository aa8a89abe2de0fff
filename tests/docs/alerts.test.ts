/** Each alarm has its part of the runbook and each part its alarm; the dashboard's file is what its script writes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dashboard, dashboardFile } from '../../scripts/dashboard.mjs';
import { root } from '../support/docs/guide.ts';

const alerts = readFileSync(join(root, 'deploy/prometheus/alerts.yml'), 'utf8');
const named = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);

it('each alarm is explained in docs/operator.md, and nothing is explained that is no alarm', () => {
  const explained = [...readFileSync(join(root, 'docs/operator.md'), 'utf8').matchAll(/^### Alarm: (\w+)$/gm)];
  expect(explained.map(([, name]) => name).sort()).toEqual([...named].sort());
});

it('each alarm links to its own explanation', () => {
  const links = [...alerts.matchAll(/runbook: (\S+)/g)].map(([, link]) => link);
  expect(links).toEqual(named.map((name) => `docs/operator.md#alarm-${name?.toLowerCase()}`));
});

it('each alarm is tried in alerts.test.yml, silent and set off', () => {
  const tests = readFileSync(join(root, 'deploy/prometheus/alerts.test.yml'), 'utf8');
  for (const name of named) {
    expect(tests, name).toContain(`alertname: ${name}, exp_alerts: [] }`);
    expect(tests, name).toMatch(new RegExp(`alertname: ${name}\\n +exp_alerts:\\n +- exp_labels`));
  }
});

it('the dashboard is what scripts/dashboard.mjs writes', () => {
  expect(JSON.parse(readFileSync(dashboardFile, 'utf8'))).toEqual(dashboard());
});

it('the panels of the dashboard do not cover each other and have queries', () => {
  const covered = new Set<string>();
  for (const { gridPos, targets } of dashboard().panels) {
    expect(targets.length).toBeGreaterThan(0);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(covered.has(`${x},${y}`)).toBe(false);
        covered.add(`${x},${y}`);
      }
  }
});
