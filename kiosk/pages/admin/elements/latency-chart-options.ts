/** The latency chart in uPlot's terms. Colours come from the page's palette. */
import type uPlot from 'uplot';
import type { AdminLatencyHour } from '../../../../shared/wire/admin/display-page.ts';
import { durationWords } from '../data/age.ts';

const HEIGHT_PX = 300;
/** Wide enough for `12.5 s`. */
const AXIS_PX = 62;

/** uPlot counts in seconds since the epoch; hours without a QR are holes. */
export function chartData(hours: readonly AdminLatencyHour[]): uPlot.AlignedData {
  return [
    hours.map(({ at }) => Date.parse(at) / 1000),
    hours.map(({ p50_ms }) => p50_ms),
    hours.map(({ p95_ms }) => p95_ms),
  ];
}

export function chartOptions(style: CSSStyleDeclaration, locale: string, width: number): uPlot.Options {
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = {
    stroke: colour('--muted'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const series = (name: string): uPlot.Series => ({
    stroke: colour(name),
    width: 2.5,
    points: { show: true, size: 7, fill: colour(name), stroke: colour(name) },
  });
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    // To the right for half of the last hour's name, `08:00 AM`.
    padding: [10, 36, 0, 0],
    scales: { y: { range: (_chart, _min, max) => [0, Math.max(1_000, max * 1.1)] } },
    axes: [
      { ...axis, size: 34, space: 84, values: (_chart, times) => times.map((time) => clock.format(time * 1000)) },
      {
        ...axis,
        size: AXIS_PX,
        values: (_chart, values) => values.map((value) => (value === 0 ? '0' : durationWords(value, locale))),
      },
    ],
    series: [{}, series('--busy'), series('--warn')],
  };
}
