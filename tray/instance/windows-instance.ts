/**
 * On Windows a named mutex says that the program runs: Windows takes it back however the program ends. And how to reach
 * the one that runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import koffi from 'koffi';
import { WINDOW_CLASS } from '../ui/worker-messages.ts';
import type { Instance } from './single-instance.ts';

/** Of the whole PC, not of one session: there is one display, however many people are logged on. */
const MUTEX = 'Global\\CounterQRAgent';
const SYNCHRONIZE = 0x00100000;
const ERROR_ACCESS_DENIED = 5;
const ERROR_ALREADY_EXISTS = 183;
const WM_CLOSE = 0x10;
const LOOK_EVERY_MS = 200;

type Handle = number | bigint;
/** What is asked of Windows; a test's own in its place. Each fails with handle 0. */
export interface MutexCalls {
  readonly createMutex: (security: null, owned: number, name: string) => Handle;
  readonly openMutex: (access: number, inherit: number, name: string) => Handle;
  readonly closeHandle: (handle: Handle) => number;
  /** Of the call right before, which koffi guards against what Node does in between. */
  readonly lastError: () => number;
}
interface Functions extends MutexCalls {
  readonly findWindow: (className: string, title: null) => Handle;
  readonly postMessage: (window: Handle, message: number, wParam: number, lParam: number) => number;
}
let functions: Functions | undefined;

function windows(): Functions {
  if (functions) return functions;
  const kernel32 = koffi.load('kernel32.dll');
  const user32 = koffi.load('user32.dll');
  functions = {
    createMutex: kernel32.func('intptr __stdcall CreateMutexW(void *security, int owned, str16 name)'),
    openMutex: kernel32.func('intptr __stdcall OpenMutexW(uint32 access, int inherit, str16 name)'),
    closeHandle: kernel32.func('int __stdcall CloseHandle(intptr handle)'),
    lastError: kernel32.func('uint32 __stdcall GetLastError()'),
    findWindow: user32.func('intptr __stdcall FindWindowW(str16 className, str16 title)'),
    postMessage: user32.func('int __stdcall PostMessageW(intptr w, uint32 m, uintptr wp, intptr lp)'),
  };
  return functions;
}

/** @returns undefined when the program runs already, also for another person on this PC */
export function acquireMutex(calls: MutexCalls = windows()): Instance | undefined {
  const handle = calls.createMutex(null, 0, MUTEX);
  const isOurs = calls.lastError() !== ERROR_ALREADY_EXISTS;
  // No handle: it belongs to another person's session and is closed to us.
  if (Number(handle) === 0) return undefined;
  // A handle to another program's mutex would keep it alive after that program.
  if (!isOurs) calls.closeHandle(handle);
  return isOurs ? { release: async () => void calls.closeHandle(handle) } : undefined;
}

/**
 * Whether the program runs in this session or another. Makes nothing, so that one who asks is never in the way of one
 * who starts.
 */
export function isRunning(calls: MutexCalls = windows()): boolean {
  const handle = calls.openMutex(SYNCHRONIZE, 0, MUTEX);
  // Denied: it is there, and belongs to another person's session.
  if (Number(handle) === 0) return calls.lastError() === ERROR_ACCESS_DENIED;
  calls.closeHandle(handle);
  return true;
}

/** Asks the program of this session to end. @returns whether none runs any more when the time is over */
export async function askToQuit(timeoutMs: number): Promise<boolean> {
  const { findWindow, postMessage } = windows();
  const deadline = performance.now() + timeoutMs;
  const window = findWindow(WINDOW_CLASS, null);
  if (Number(window) !== 0) postMessage(window, WM_CLOSE, 0, 0);
  while (isRunning()) {
    if (performance.now() > deadline) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}
