/**
 * `node scripts/dashboard.mjs` writes deploy/grafana/counterqr.json from the panels below; a test holds the two
 * together.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from './is-main.mjs';
import { root } from './ready.mjs';

const RANGE = '$__rate_interval';
const rate = (metric, by) => `sum by (${by}) (rate(${metric}[${RANGE}]))`;
const quantile = (q, metric) => `histogram_quantile(${q}, sum by (le) (rate(${metric}[${RANGE}])))`;

/**
 * Rows from top to bottom, each a list of panels from left to right: a title, Grafana's name of the kind and of the
 * unit, and queries with their legends. What tells whether the counters are served comes first.
 */
const ROWS = [
  [
    ['Displays heard', 'stat', 'short', [['max(counterqr_displays_online)', 'heard']]],
    [
      'Away, though an agent has it',
      'stat',
      'short',
      [['max(counterqr_displays_linked - counterqr_displays_linked_online)', 'away']],
    ],
    [
      'QR codes shown, of those that ended',
      'stat',
      'percentunit',
      [
        [
          `1 - sum(rate(counterqr_commands_ended_total{type="display_qr",state=~"failed|expired"}[1h])) / sum(rate(counterqr_commands_ended_total{type="display_qr"}[1h]))`,
          'shown',
        ],
      ],
    ],
    [
      'Post to display, 95 of 100',
      'stat',
      's',
      [[quantile(0.95, 'counterqr_stage_seconds_bucket{stage="displayed"}'), 'p95']],
    ],
    ['Store takes writes', 'stat', 'bool_yes_no', [['min(counterqr_store_writable)', 'writable']]],
    ['Version', 'stat', 'string', [['count by (version) (counterqr_build_info)', '{{version}}']]],
  ],
  [
    [
      'QR codes by their end',
      'timeseries',
      'ops',
      [[rate('counterqr_commands_ended_total{type="display_qr"}', 'state, reason'), '{{state}} {{reason}}']],
    ],
    [
      'From post to stage, median and 95 of 100',
      'timeseries',
      's',
      ['delivered', 'displayed'].flatMap((stage) =>
        [0.5, 0.95].map((q) => [
          quantile(q, `counterqr_stage_seconds_bucket{stage="${stage}"}`),
          `${stage} p${q * 100}`,
        ]),
      ),
    ],
  ],
  [
    ['Open commands', 'timeseries', 'short', [['sum by (state) (counterqr_commands_open)', '{{state}}']]],
    ['Oldest command that waits', 'timeseries', 's', [['max(counterqr_commands_oldest_waiting_seconds)', 'oldest']]],
    [
      'What displays say of themselves',
      'timeseries',
      'short',
      [['max by (state) (counterqr_displays_state)', '{{state}}']],
    ],
  ],
  [
    ['Calls', 'timeseries', 'reqps', [[rate('counterqr_requests_total', 'method, status'), '{{method}} {{status}}']]],
    ['Polls', 'timeseries', 'reqps', [[rate('counterqr_polls_total', 'outcome'), '{{outcome}}']]],
    ['Refused, by code', 'timeseries', 'reqps', [[rate('counterqr_refused_total', 'code'), '{{code}}']]],
  ],
  [
    [
      'A durable write',
      'timeseries',
      's',
      [0.5, 0.99].map((q) => [quantile(q, 'counterqr_store_write_seconds_bucket'), `p${q * 100}`]),
    ],
    [
      'Damaged files set aside',
      'timeseries',
      'short',
      [['max by (instance) (counterqr_store_damaged_files)', '{{instance}}']],
    ],
    ['Age of the last backup', 'timeseries', 's', [['time() - max(counterqr_last_backup_timestamp_seconds)', 'age']]],
    [
      'Webhook messages',
      'timeseries',
      'short',
      [
        ['sum(counterqr_webhooks_waiting)', 'waiting'],
        ['sum(counterqr_webhooks_dropped)', 'dropped since the start'],
      ],
    ],
  ],
  [
    [
      'Event loop, delay of 99 of 100',
      'timeseries',
      's',
      [['nodejs_eventloop_lag_p99_seconds{job="counterqr"}', '{{instance}}']],
    ],
    ['Memory', 'timeseries', 'bytes', [['process_resident_memory_bytes{job="counterqr"}', '{{instance}}']]],
    [
      'Processor',
      'timeseries',
      'percentunit',
      [[rate('process_cpu_seconds_total{job="counterqr"}', 'instance'), '{{instance}}']],
    ],
    [
      'Open files and connections',
      'timeseries',
      'short',
      [
        ['process_open_fds{job="counterqr"}', '{{instance}}'],
        ['process_max_fds{job="counterqr"}', 'limit of {{instance}}'],
        ['counterqr_held_polls', 'held polls of {{instance}}'],
        ['counterqr_admin_streams', 'admin pages of {{instance}}'],
      ],
    ],
  ],
];

const COLUMNS = 24;
const [STAT_HEIGHT, HEIGHT] = [4, 8];
const source = { type: 'prometheus', uid: '${datasource}' };

/** As Grafana 10 and later import it, with the data source asked for. */
export function dashboard() {
  let y = 0;
  let id = 0;
  const panels = ROWS.flatMap((row) => {
    const h = row.every(([, type]) => type === 'stat') ? STAT_HEIGHT : HEIGHT;
    const w = COLUMNS / row.length;
    const placed = row.map(([title, type, unit, queries], column) => ({
      id: ++id,
      title,
      type,
      datasource: source,
      gridPos: { x: column * w, y, w, h },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      options:
        type === 'stat'
          ? { reduceOptions: { calcs: ['lastNotNull'] }, textMode: unit === 'string' ? 'name' : 'auto' }
          : {},
      targets: queries.map(([expr, legendFormat], index) => ({
        refId: String.fromCharCode(65 + index),
        datasource: source,
        expr,
        legendFormat,
      })),
    }));
    y += h;
    return placed;
  });
  return {
    title: 'Counter QR',
    uid: 'counterqr',
    schemaVersion: 38,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }] },
    panels,
  };
}

export const dashboardFile = join(root, 'deploy/grafana/counterqr.json');

if (isMain(import.meta.filename)) writeFileSync(dashboardFile, `${JSON.stringify(dashboard(), null, 2)}\n`);
