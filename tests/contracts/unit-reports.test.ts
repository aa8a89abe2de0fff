/** Recorded displays: each runs the main job again when it is played back, on pictures and on its own screens. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DisplayEvent, DisplayReport } from '../../shared/display/display-report.ts';
import { habitsOf } from '../../shared/simulator/display-habits.ts';
import { ReplayDisplay } from '../../shared/simulator/replay-display.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { readPlain } from '../support/station/station-rig.ts';
import {
  displaysPage,
  readUnit,
  reportFile,
  schemaFile,
  unitNames,
  unitText,
} from '../support/simulator/unit-files.ts';
import { doMainJob, RECORDED_UNITS, recordUnit } from '../support/simulator/unit-sessions.ts';
import { unitTable } from '../support/simulator/unit-table.ts';

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

describe.each(unitNames())('the unit report %s', (name) => {
  it('does the main job with pictures', async () => {
    const clock = new ManualClock();
    const display = new ReplayDisplay(readUnit(name), clock);
    const { states, secondMs } = await doMainJob(clock, display, { draw: 'picture' });
    expect(states).toEqual(DONE);
    expect(secondMs).toBeLessThan(10_000);
    const [, last] = [...display.files].at(-1) ?? [];
    expect(last && readPlain(last)).toEqual({ kind: 'idle' });
  });

  it('does the main job with its own screens, or with pictures where it has none', async () => {
    const clock = new ManualClock();
    const display = new ReplayDisplay(readUnit(name), clock);
    const { states } = await doMainJob(clock, display, { draw: 'native' });
    expect(states).toEqual(DONE);
    const draws = habitsOf(readUnit(name)).answers.has('displayqrcodescreen') && name !== 'foreign';
    if (draws) expect(display.heard.filter((line) => line.startsWith('sending'))).toEqual([]);
    if (name === 'foreign') expect(display.files.size).toBe(1);
  });

  it('has the habits of the display that was recorded', () => {
    const { baud, deafMs, answers } = habitsOf(readUnit(name));
    expect(baud).toBe(name === 'simulator-115200' ? 115_200 : 9_600);
    const deaf = Object.fromEntries([...deafMs].map(([key, ms]) => [key, Math.ceil(ms / 100) * 100]));
    expect(deaf).toEqual(DEAF[name] ?? {});
    const own = answers.get('displayqrcodescreen')?.map(({ text }) => text.trim());
    expect(own?.[0]).toBe(name in SAYS ? SAYS[name] : 'QR Code Generation\r\nexit');
  });

  it('holds no payload and no customer', () => {
    expect(unitText(name)).not.toMatch(/pay\.example|Martin/);
  });
});

it.each(Object.entries(RECORDED_UNITS))('tests/units/%s.json is what the script records now', async (name, make) => {
  expect(reportFile(await recordUnit(make))).toBe(unitText(name));
});

it('docs/unit-report.schema.json is the schema that reports are read with', async () => {
  expect(await schemaFile.text()).toBe(readFileSync(schemaFile.path, 'utf8'));
});

it('docs/displays.md prints the units of tests/units as they are recorded (npm run unit-reports)', () => {
  expect(readFileSync(displaysPage.path, 'utf8')).toBe(displaysPage.text());
});

describe('the table of units', () => {
  /** Question and answer, one a second; an answer of '' is none. */
  function cellsOf(...talk: readonly (readonly [line: string, answer: string])[]): string[] {
    const events = talk.flatMap(([text, answer], index): DisplayEvent[] => [
      { kind: 'line', at_ms: index * 1_000, text },
      ...(answer === '' ? [] : [{ kind: 'heard' as const, at_ms: index * 1_000 + 600, text: answer }]),
    ]);
    const report: DisplayReport = {
      schema: 'counterqr-unit-report/1',
      recorded_by: 'a test',
      port: { label: 'a port' },
      dropped_events: 0,
      events: [{ kind: 'open', at_ms: 0, baud: 9_600 }, ...events],
    };
    const row =
      unitTable([['made-up', report]])
        .split('\n')
        .at(-1) ?? '';
    return row.split('|').map((cell) => cell.trim());
  }
  const [SPEED, MODEL, EXIT, FILEINFO, DELETE, DEAF, DRAWS] = [2, 3, 4, 5, 6, 7, 8] as const;

  it('says of nothing that was not asked that it is missing', () => {
    const cells = cellsOf(['stoprotation', 'Rotation mode stopped.\r\n']);
    expect(cells[SPEED]).toBe('9600');
    for (const column of [MODEL, EXIT, FILEINFO, DELETE, DRAWS]) expect(cells[column]).toBe('not asked');
    expect(cells[DEAF]).toBe('–');
  });

  it.each([
    ['the model line', MODEL, [['test', 'ok\r\nDQR\r\nexit\r\n']], 'DQR'],
    ['an exit', EXIT, [['test', 'DQR\r\nexit\r\n']], 'yes'],
    ['no exit', EXIT, [['test', 'DQR\r\n']], 'no'],
    ['silence', MODEL, [['test', '']], 'no answer'],
    ['a list on one line', FILEINFO, [['fileinfo', '{"images":[]}\r\nexit\r\n']], 'one line'],
    [
      'a list over many lines',
      FILEINFO,
      [['fileinfo', '{\r\n"images": []\r\n}\r\nend_of_fileinfo\r\n']],
      'many lines, `end_of_fileinfo`',
    ],
    ['no list', FILEINFO, [['fileinfo', 'DQR\r\nexit\r\n']], 'no'],
    ['the plain delete', DELETE, [['delete**1.jpeg', 'File deleted\r\n']], '`delete**…`'],
    [
      'the other delete',
      DELETE,
      [
        ['delete**1.jpeg', 'File not found\r\n'],
        ['delete**images**1.jpeg', 'File deleted\r\n'],
      ],
      '`delete**images**…`',
    ],
    ['neither delete', DELETE, [['delete**1.jpeg', 'DQR\r\n']], 'neither form'],
    [
      'a deaf window',
      DEAF,
      [
        ['test', 'DQR\r\n'],
        ['stoprotation', 'Stopped.\r\n'],
        ['test', ''],
        ['test', 'DQR\r\n'],
      ],
      'stop 1.0 s',
    ],
    [
      'words of its own',
      DRAWS,
      [['DisplayQRCodeScreen**<9>**<0>**<0>', 'QR Code Generation\r\n']],
      '“QR Code Generation”',
    ],
    ['no code of its own', DRAWS, [['DisplayQRCodeScreen**<9>**<0>**<0>', 'DQR\r\n']], 'no'],
    ['a code without a word', DRAWS, [['DisplayQRCodeScreen**<9>**<0>**<0>', '']], 'says nothing'],
  ] as const)('says %s', (_, column, talk, said) => {
    expect(cellsOf(...talk)[column]).toBe(said);
  });
});
