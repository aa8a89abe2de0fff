/**
 * The notification area's thread. It has a hidden window and a classic message loop; the program talks to it over a
 * port (worker-messages.ts). All calls to Windows' user interface happen in this thread, because windows belong to the
 * thread that made them.
 */
import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { messageOf } from '../../shared/wire/errors.ts';
import type { TrayView } from './ui.ts';
import { NotifyIcon, WM_ICON } from './notify-icon.ts';
import { askMenu } from './popup-menu.ts';
import { WINDOW_CLASS, WM_READ_PORT, type FromWorker, type ToWorker } from './worker-messages.ts';
import {
  CreateWindowExW,
  DefWindowProcW,
  DestroyWindow,
  DispatchMessageW,
  GetMessageW,
  GetModuleHandleW,
  MessageBoxW,
  PostQuitMessage,
  RegisterClassExW,
  registerWndProc,
  RegisterWindowMessageW,
  ShellExecuteW,
  sizeOf,
  type Handle,
  type Msg,
} from './win32.ts';

const WM = { close: 0x10, endSession: 0x16, rightButtonUp: 0x205, leftButtonUp: 0x202, doubleClick: 0x203 } as const;
const WS_POPUP = 0x80000000;
const SW_SHOWNORMAL = 1;
/** Information sign, brought to the front. */
const MB_INFORMATION = 0x40 | 0x10000;
/** Question mark, yes and no, brought to the front. */
const MB_QUESTION = 0x20 | 0x04 | 0x10000;
const ID_YES = 6;

const port: MessagePort = (() => {
  if (parentPort === null) throw new Error('This file runs in a worker thread only.');
  return parentPort;
})();
const send = (message: FromWorker): void => port.postMessage(message);

let view: TrayView = { colour: 'amber', tooltip: 'Counter QR', menu: [] };
let menuIsOpen = false;
type BoxMessage = Extract<ToWorker, { kind: 'show_box' | 'ask' }>;
let openBox: BoxMessage | undefined;
/** Shown when the open one is closed. */
let nextBox: BoxMessage | undefined;

function carryOut(message: ToWorker): void {
  switch (message.kind) {
    case 'show':
      view = message.view;
      icon.show(view.colour, view.tooltip);
      return;
    case 'notify':
      icon.notify(message.notice);
      return;
    case 'show_box':
    case 'ask':
      // A click too many opens no second box; a question, and what comes after one, is not lost.
      if (openBox === undefined) showBoxes(message);
      else if (message.kind === 'ask' || openBox.kind === 'ask') nextBox = message;
      return;
    case 'open':
      if (Number(ShellExecuteW(0, 'open', message.path, null, null, SW_SHOWNORMAL)) <= 32)
        send({ kind: 'problem', text: 'Windows found no program to open the log.' });
      return;
    case 'close':
      icon.remove();
      DestroyWindow(window);
      PostQuitMessage(0);
  }
}

/** Each blocks until the person closes it; messages are handled meanwhile. */
function showBoxes(first: BoxMessage): void {
  for (openBox = first; openBox !== undefined; openBox = nextBox) {
    nextBox = undefined;
    if (openBox.kind === 'show_box') MessageBoxW(0, openBox.text, openBox.title, MB_INFORMATION);
    else {
      const isYes = MessageBoxW(0, openBox.question, openBox.title, MB_QUESTION) === ID_YES;
      send({ kind: 'answered', answer: isYes ? 'yes' : 'no' });
    }
  }
}

function readPort(): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    carryOut(next.message as ToWorker);
}

function openMenu(): void {
  if (menuIsOpen) return;
  menuIsOpen = true;
  const command = askMenu(window, view.menu);
  menuIsOpen = false;
  if (command !== undefined) send({ kind: 'chosen', command });
}

const taskbarCreated = RegisterWindowMessageW('TaskbarCreated');

function onMessage(hwnd: Handle, message: number, wParam: Handle, lParam: Handle): Handle {
  // An exception must not travel through Windows' frames.
  try {
    if (message === WM_READ_PORT) readPort();
    else if (message === WM_ICON) onIcon(Number(lParam) & 0xffff);
    else if (message === taskbarCreated) icon.add();
    else if (message === WM.close) send({ kind: 'end_requested', cause: 'installer' });
    else if (message === WM.endSession && Number(wParam) !== 0) send({ kind: 'end_requested', cause: 'session' });
    else return DefWindowProcW(hwnd, message, wParam, lParam);
  } catch (error) {
    send({ kind: 'problem', text: messageOf(error) });
  }
  return 0;
}

function onIcon(event: number): void {
  if (event === WM.rightButtonUp || event === WM.leftButtonUp) openMenu();
  else if (event === WM.doubleClick) send({ kind: 'chosen', command: 'status' });
}

const instance = GetModuleHandleW(null);
RegisterClassExW({
  cbSize: sizeOf('CqrWndClass'),
  style: 0,
  lpfnWndProc: registerWndProc(onMessage),
  cbClsExtra: 0,
  cbWndExtra: 0,
  hInstance: instance,
  hIcon: 0,
  hCursor: 0,
  hbrBackground: 0,
  lpszMenuName: null,
  lpszClassName: WINDOW_CLASS,
  hIconSm: 0,
});
// A top-level window, never shown: a message-only window would not hear the broadcast TaskbarCreated.
const window = CreateWindowExW(0, WINDOW_CLASS, 'Counter QR', WS_POPUP, 0, 0, 0, 0, 0, 0, instance, null);
const icon = new NotifyIcon(window);
icon.add();
send({ kind: 'ready', window });
readPort();

const msg: Msg = { message: 0 };
while (GetMessageW(msg, 0, 0, 0) > 0) DispatchMessageW(msg);
send({ kind: 'closed' });
