import { expect, it } from 'vitest';
import { acquireMutex, isRunning, type MutexCalls } from './windows-instance.ts';

/** Windows' named mutexes: there as long as some handle to them is open. */
function windows(): { readonly calls: MutexCalls; readonly created: () => number; readonly open: () => number } {
  const handles = new Set<number>();
  let [next, created, error] = [0, 0, 0];
  const handle = (): number => {
    handles.add((next += 1));
    return next;
  };
  const calls: MutexCalls = {
    createMutex: () => {
      created += 1;
      error = handles.size > 0 ? 183 : 0;
      return handle();
    },
    openMutex: () => {
      error = handles.size > 0 ? 0 : 2;
      return handles.size > 0 ? handle() : 0;
    },
    closeHandle: (closed) => Number(handles.delete(Number(closed))),
    lastError: () => error,
  };
  return { calls, created: () => created, open: () => handles.size };
}

it('lets one of two programs run that start at the same moment', async () => {
  const { calls, open } = windows();
  // What the other one does falls between any look and the creation.
  let other: ReturnType<typeof acquireMutex>;
  const raced: MutexCalls = {
    ...calls,
    createMutex: (...args) => {
      other = acquireMutex(calls);
      return calls.createMutex(...args);
    },
  };
  expect(acquireMutex(raced)).toBeUndefined();
  expect(isRunning(calls)).toBe(true);
  await other?.release();
  expect(open()).toBe(0);
  expect(acquireMutex(calls)).toBeDefined();
});

it('asks without making anything that a program which starts would run into', async () => {
  const { calls, created, open } = windows();
  expect(isRunning(calls)).toBe(false);
  const instance = acquireMutex(calls);
  expect(isRunning(calls)).toBe(true);
  expect([created(), open()]).toEqual([1, 1]);
  await instance?.release();
  expect(isRunning(calls)).toBe(false);
});

it('takes a mutex that is closed to this person for a program of another one', () => {
  const denied: MutexCalls = { createMutex: () => 0, openMutex: () => 0, closeHandle: () => 0, lastError: () => 5 };
  expect(isRunning(denied)).toBe(true);
  expect(acquireMutex(denied)).toBeUndefined();
});
