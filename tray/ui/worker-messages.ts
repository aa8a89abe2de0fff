/** What the program and the notification area's worker thread say to each other. */
import type { FaceEvent, FaceView, Notice } from './ui.ts';

export type ToWorker =
  | { readonly kind: 'show'; readonly view: FaceView }
  | { readonly kind: 'notify'; readonly notice: Notice }
  | { readonly kind: 'tell'; readonly title: string; readonly text: string }
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'close' };

export type FromWorker =
  /** The window that the program wakes the worker through; an HWND. */
  { readonly kind: 'ready'; readonly window: number | bigint } | { readonly kind: 'closed' } | FaceEvent;

/**
 * The worker sits in a blocking GetMessage, where no JavaScript message reaches it. So the program posts its messages to the
 * worker's port and then this window message, which makes the worker read its port.
 */
export const WM_LOOK_AT_PORT = 0x8000 + 1;

/** The installer finds the window by this name and closes it. */
export const WINDOW_CLASS = 'CounterQRAgent';
