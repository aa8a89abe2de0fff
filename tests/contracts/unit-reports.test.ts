/** Recorded displays: each runs the main job again when it is played back, on pictures and on its own screens. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { DisplayReport } from '../../shared/display/display-report.ts';
import { habitsOf } from '../../shared/simulator/display-habits.ts';
import { ReplayDisplay } from '../../shared/simulator/replay-display.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { readPlain } from '../support/station/station-rig.ts';
import { reportFile, schemaFile, unitsFolder } from '../support/simulator/unit-files.ts';
import { doMainJob, RECORDED_UNITS, recordUnit } from '../support/simulator/unit-sessions.ts';

const names = readdirSync(unitsFolder).map((file) => file.replace(/\.json$/, ''));
const textOf = (name: string): string => readFileSync(join(unitsFolder, `${name}.json`), 'utf8');
const reportOf = (name: string): DisplayReport => v.parse(DisplayReport, JSON.parse(textOf(name)));

/**
 * As the displays behind the recordings are made. A window of an upload that is asked within its first 50 ms is not
 * seen.
 */
const DEAF: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  foreign: { stoprotation: 200 },
  'simulator-deaf': {
    stoprotation: 600,
    startrotation: 600,
    displayqrcodescreen: 1_200,
    displaysuccessqrcodescreen: 1_200,
  },
  'simulator-silent-screens': { displayqrcodescreen: 600, displaysuccessqrcodescreen: 600 },
};
const SAYS: Readonly<Record<string, string | undefined>> = {
  foreign: 'DQR-222 firmware 2.1.4',
  'simulator-silent-screens': undefined,
};

const DONE = ['cleared replaced', 'cleared paid', 'cleared done'];

describe.each(names)('the unit report %s', (name) => {
  it('does the main job with pictures', async () => {
    const clock = new ManualClock();
    const display = new ReplayDisplay(reportOf(name), clock);
    const { states, secondMs } = await doMainJob(clock, display, { draw: 'picture' });
    expect(states).toEqual(DONE);
    expect(secondMs).toBeLessThan(10_000);
    const [, last] = [...display.files].at(-1) ?? [];
    expect(last && readPlain(last)).toEqual({ kind: 'idle' });
  });

  it('does the main job with its own screens, or with pictures where it has none', async () => {
    const clock = new ManualClock();
    const display = new ReplayDisplay(reportOf(name), clock);
    const { states } = await doMainJob(clock, display, { draw: 'native' });
    expect(states).toEqual(DONE);
    const draws = habitsOf(reportOf(name)).answers.has('displayqrcodescreen') && name !== 'foreign';
    if (draws) expect(display.heard.filter((line) => line.startsWith('sending'))).toEqual([]);
    if (name === 'foreign') expect(display.files.size).toBe(1);
  });

  it('has the habits of the display that was recorded', () => {
    const { baud, deafMs, answers } = habitsOf(reportOf(name));
    expect(baud).toBe(name === 'simulator-115200' ? 115_200 : 9_600);
    const deaf = Object.fromEntries([...deafMs].map(([key, ms]) => [key, Math.ceil(ms / 100) * 100]));
    expect(deaf).toEqual(DEAF[name] ?? {});
    const own = answers.get('displayqrcodescreen')?.map(({ text }) => text.trim());
    expect(own?.[0]).toBe(name in SAYS ? SAYS[name] : 'QR Code Generation\r\nexit');
  });

  it('holds no payload and no customer', () => {
    expect(textOf(name)).not.toMatch(/pay\.example|Martin/);
  });
});

it.each(Object.entries(RECORDED_UNITS))('tests/units/%s.json is what the script records now', async (name, make) => {
  expect(reportFile(await recordUnit(make))).toBe(textOf(name));
});

it('docs/unit-report.schema.json is the schema that reports are read with', async () => {
  expect(await schemaFile.text()).toBe(readFileSync(schemaFile.path, 'utf8'));
});
