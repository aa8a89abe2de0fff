/**
 * Which projects of vitest.config.ts run beside which, and on how many files at a time, so that two cores are neither
 * idle nor fought over. Phases follow each other. The lanes of a phase run side by side; the steps of a lane follow
 * each other.
 *
 * @typedef {{ project: string, called: string, workers: number, needs: 'nothing' | 'build', priority: 'usual' | 'low'
 * }} Step `called`: its name in the times at the end; `needs`: what it waits for; `priority`: `low` takes what the
 * others leave of a core
 * @typedef {readonly (readonly Step[])[]} Phase
 */

const usual = { needs: 'build', priority: 'usual' };

/**
 * Unit tests compute and need no build, so they start beside it, and take of both cores what the others leave. Whole
 * programs mostly wait, for a display at 9600 baud or for an interval to pass: three files of them at a time.
 * @type {readonly Phase[]}
 */
export const SHORT = [
  [
    [{ project: 'unit', called: 'unit', workers: 2, needs: 'nothing', priority: 'low' }],
    [{ ...usual, project: 'e2e', called: 'end to end', workers: 3 }],
  ],
];

/**
 * Those of real time, the tray's and those of other programs wait more than they compute. What only computes has no
 * clock but a simulated one: it takes the time that the others leave. What deploys IT's Chrome policies, which hold for
 * the whole machine, follows those of real time: policies would spare their hidden tab the throttling that it is to
 * stand.
 * @type {readonly Phase[]}
 */
export const LONG = [
  [
    [
      { ...usual, project: 'long-real-time', called: 'in real time', workers: 2 },
      { ...usual, project: 'long-policies', called: 'with policies', workers: 1 },
      { ...usual, project: 'long-redis', called: 'on Redis', workers: 1 },
    ],
    [{ ...usual, project: 'long-programs', called: 'programs', workers: 1 }],
    [{ ...usual, project: 'long-tray', called: 'tray', workers: 1 }],
    [{ ...usual, project: 'long-computing', called: 'computing', workers: 1, priority: 'low' }],
  ],
];
