/**
 * Which projects of vitest.config.ts run beside which, and on how many files at a time, so that two cores are neither idle nor fought over.
 * Phases follow each other. The lanes of a phase run side by side; the steps of a lane follow each other.
 *
 * @typedef {{ project: string, called: string, workers: number, isBuilt: boolean }} Step
 *   `called`: its name in the times at the end; `isBuilt`: whether it needs dist/, so that it waits for the build
 * @typedef {readonly (readonly Step[])[]} Phase
 */

const step = (project, called, workers, isBuilt = true) => ({ project, called, workers, isBuilt });

/**
 * Unit tests compute: they have one core, and need no build, so they start beside it. Whole programs mostly wait, for a display at 9600 baud
 * or for an interval to pass: three files of them need about as much of the other core as there is.
 * @type {readonly Phase[]}
 */
export const SHORT = [[[step('unit', 'unit', 1, false)], [step('e2e', 'end to end', 3)]]];

/**
 * Those of real time leave a core almost alone, so what computes follows them in their lane, beside the lane of those that kill, install and
 * update programs.
 * @type {readonly Phase[]}
 */
export const LONG = [
  [
    [step('long-real-time', 'in real time', 2), step('long-afterwards', 'afterwards', 1)],
    [step('long', 'programs', 1)],
  ],
];
