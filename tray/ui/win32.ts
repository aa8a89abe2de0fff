/**
 * The few functions of Windows that the notification area needs, as koffi declares them. Handles are integers here;
 * structures have the 64-bit layout, which koffi works out from the members.
 */
import koffi from 'koffi';

const user32 = koffi.load('user32.dll');
const shell32 = koffi.load('shell32.dll');
const kernel32 = koffi.load('kernel32.dll');

export type Handle = number | bigint;

koffi.struct('CqrPoint', { x: 'int32', y: 'int32' });
koffi.struct('CqrMsg', {
  hwnd: 'intptr',
  message: 'uint32',
  wParam: 'uintptr',
  lParam: 'intptr',
  time: 'uint32',
  pt: 'CqrPoint',
});
koffi.struct('CqrWndClass', {
  cbSize: 'uint32',
  style: 'uint32',
  lpfnWndProc: 'void *',
  cbClsExtra: 'int32',
  cbWndExtra: 'int32',
  hInstance: 'intptr',
  hIcon: 'intptr',
  hCursor: 'intptr',
  hbrBackground: 'intptr',
  lpszMenuName: 'str16',
  lpszClassName: 'str16',
  hIconSm: 'intptr',
});
koffi.struct('CqrNotifyIcon', {
  cbSize: 'uint32',
  hWnd: 'intptr',
  uID: 'uint32',
  uFlags: 'uint32',
  uCallbackMessage: 'uint32',
  hIcon: 'intptr',
  szTip: koffi.array('char16', 128, 'String'),
  dwState: 'uint32',
  dwStateMask: 'uint32',
  szInfo: koffi.array('char16', 256, 'String'),
  uVersion: 'uint32',
  szInfoTitle: koffi.array('char16', 64, 'String'),
  dwInfoFlags: 'uint32',
  guidItem: koffi.array('uint8', 16),
  hBalloonIcon: 'intptr',
});
koffi.proto('intptr __stdcall CqrWndProc(intptr hwnd, uint32 message, uintptr wParam, intptr lParam)');

export type WndProc = (hwnd: Handle, message: number, wParam: Handle, lParam: Handle) => Handle;
/** A WndProc that Windows can call, for as long as the program lives. */
export const registerWndProc = (procedure: WndProc): bigint =>
  koffi.register(procedure, koffi.pointer(koffi.type('CqrWndProc')));
export const sizeOf = (name: 'CqrWndClass' | 'CqrNotifyIcon'): number => koffi.sizeof(name);

export interface Msg {
  message: number;
}

type Fn<A extends readonly unknown[], R> = (...args: A) => R;

export const GetModuleHandleW = kernel32.func('intptr __stdcall GetModuleHandleW(str16 name)') as Fn<[null], Handle>;
export const RegisterClassExW = user32.func('uint16 __stdcall RegisterClassExW(CqrWndClass *c)') as Fn<
  [object],
  number
>;
export const CreateWindowExW = user32.func(
  'intptr __stdcall CreateWindowExW(uint32 ex, str16 cls, str16 name, uint32 style, int x, int y, int w, int h, intptr parent, intptr menu, intptr inst, void *param)',
) as Fn<[number, string, string, number, number, number, number, number, Handle, Handle, Handle, null], Handle>;
export const DestroyWindow = user32.func('int __stdcall DestroyWindow(intptr hwnd)') as Fn<[Handle], number>;
export const DefWindowProcW = user32.func(
  'intptr __stdcall DefWindowProcW(intptr hwnd, uint32 message, uintptr wParam, intptr lParam)',
) as Fn<[Handle, number, Handle, Handle], Handle>;
/** 0: WM_QUIT came; -1: an error; else a message to dispatch. */
export const GetMessageW = user32.func(
  'int __stdcall GetMessageW(_Out_ CqrMsg *msg, intptr hwnd, uint32 min, uint32 max)',
) as Fn<[Msg, Handle, number, number], number>;
export const DispatchMessageW = user32.func('intptr __stdcall DispatchMessageW(CqrMsg *msg)') as Fn<[Msg], Handle>;
export const PostMessageW = user32.func(
  'int __stdcall PostMessageW(intptr hwnd, uint32 message, uintptr wParam, intptr lParam)',
) as Fn<[Handle, number, Handle, Handle], number>;
export const PostQuitMessage = user32.func('void __stdcall PostQuitMessage(int code)') as Fn<[number], void>;
export const RegisterWindowMessageW = user32.func('uint32 __stdcall RegisterWindowMessageW(str16 name)') as Fn<
  [string],
  number
>;
export const CreateIcon = user32.func(
  'intptr __stdcall CreateIcon(intptr inst, int w, int h, uint8 planes, uint8 bits, void *and, void *xor)',
) as Fn<[Handle, number, number, number, number, Uint8Array, Uint8Array], Handle>;
export const CreatePopupMenu = user32.func('intptr __stdcall CreatePopupMenu()') as Fn<[], Handle>;
export const AppendMenuW = user32.func(
  'int __stdcall AppendMenuW(intptr menu, uint32 flags, uintptr id, str16 text)',
) as Fn<[Handle, number, Handle, string | null], number>;
export const DestroyMenu = user32.func('int __stdcall DestroyMenu(intptr menu)') as Fn<[Handle], number>;
export const TrackPopupMenu = user32.func(
  'int __stdcall TrackPopupMenu(intptr menu, uint32 flags, int x, int y, int reserved, intptr hwnd, void *rect)',
) as Fn<[Handle, number, number, number, number, Handle, null], number>;
export const GetCursorPos = user32.func('int __stdcall GetCursorPos(_Out_ CqrPoint *at)') as Fn<
  [{ x?: number; y?: number }],
  number
>;
export const GetSystemMetrics = user32.func('int __stdcall GetSystemMetrics(int index)') as Fn<[number], number>;
export const SetForegroundWindow = user32.func('int __stdcall SetForegroundWindow(intptr hwnd)') as Fn<
  [Handle],
  number
>;
export const MessageBoxW = user32.func(
  'int __stdcall MessageBoxW(intptr owner, str16 text, str16 title, uint32 flags)',
) as Fn<[Handle, string, string, number], number>;
export const Shell_NotifyIconW = shell32.func(
  'int __stdcall Shell_NotifyIconW(uint32 message, CqrNotifyIcon *data)',
) as Fn<[number, object], number>;
/** More than 32: it worked. */
export const ShellExecuteW = shell32.func(
  'intptr __stdcall ShellExecuteW(intptr owner, str16 verb, str16 file, str16 args, str16 folder, int show)',
) as Fn<[Handle, string, string, null, null, number], Handle>;
