/** The messages between the program and the worker thread of the notification area. */
import type { TrayUiEvent, TrayView, Notice } from './ui.ts';

export type ToWorker =
  | { readonly kind: 'show'; readonly view: TrayView }
  | { readonly kind: 'notify'; readonly notice: Notice }
  | { readonly kind: 'show_box'; readonly title: string; readonly text: string }
  | { readonly kind: 'ask'; readonly title: string; readonly question: string }
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'close' };

export type FromWorker =
  /** The window that the program wakes the worker through; an HWND. */
  { readonly kind: 'ready'; readonly window: number | bigint } | { readonly kind: 'closed' } | TrayUiEvent;

/**
 * The worker sits in a blocking GetMessage, where no JavaScript message reaches it. So the program posts its messages
 * to the worker's port and then this window message, which makes the worker read its port.
 */
export const WM_READ_PORT = 0x8000 + 1;

/** The installer finds the window by this name and closes it. */
export const WINDOW_CLASS = 'CounterQRAgent';
