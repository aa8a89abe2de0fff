/**
 * The notification area for the program: starts the worker thread, keeps the messages in order, survives its failure.
 */
import { Worker } from 'node:worker_threads';
import koffi from 'koffi';
import { realClock } from '../../shared/util/clock.ts';
import { withDeadline } from '../../shared/util/deadline.ts';
import { UI_CLOSE_TIMEOUT_MS, type TrayUi, type TrayUiEvent } from './ui.ts';
import { WM_READ_PORT, type FromWorker, type ToWorker } from './worker-messages.ts';

type PostMessage = (window: number | bigint, message: number, wParam: number, lParam: number) => number;

/** @param code the worker's source (tray/assets.ts); `onEvent` gets clicks, requests to end and problems */
export function startWindowsUi(code: string, onEvent: (event: TrayUiEvent) => void): TrayUi {
  const postMessage = koffi
    .load('user32.dll')
    .func('int __stdcall PostMessageW(intptr hwnd, uint32 message, uintptr wParam, intptr lParam)') as PostMessage;
  // Its standard streams would be pipes to this thread, which nobody reads.
  const worker = new Worker(code, { eval: true, stdout: true, stderr: true });
  let window: number | bigint | undefined;
  let onClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (onClosed = resolve));

  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') {
      window = message.window;
      wake();
    } else if (message.kind === 'closed') onClosed();
    else onEvent(message);
  });
  worker.on('error', (error) => {
    window = undefined;
    onEvent({ kind: 'problem', text: `The icon's thread ended: ${error.message}` });
    onClosed();
  });
  worker.on('exit', onClosed);

  const wake = (): void => {
    if (window !== undefined) postMessage(window, WM_READ_PORT, 0, 0);
  };
  const send = (message: ToWorker): void => {
    worker.postMessage(message);
    wake();
  };

  return {
    show: (view) => send({ kind: 'show', view }),
    notify: (notice) => send({ kind: 'notify', notice }),
    showBox: (title, text) => send({ kind: 'show_box', title, text }),
    ask: (title, question) => send({ kind: 'ask', title, question }),
    open: (path) => send({ kind: 'open', path }),
    async close() {
      send({ kind: 'close' });
      await withDeadline(realClock, UI_CLOSE_TIMEOUT_MS, closed, undefined);
      await worker.terminate();
    },
  };
}
