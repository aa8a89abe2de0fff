/**
 * Set up in every test file: the message of a failed test says which of those that take part did
 * not come.
 */
import { afterEach, beforeEach } from 'vitest';
import { forgetDelays, nameTheMissing } from './participants.ts';

beforeEach(() => forgetDelays());

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await nameTheMissing(task.result.errors?.[0]);
});
