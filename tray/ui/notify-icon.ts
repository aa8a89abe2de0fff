/**
 * The icon in the notification area: one icon, one callback message, notifications. Knows nothing of menus or what
 * colours mean.
 */
import { drawIcon } from './icon-art.ts';
import type { LampColour, Notice } from './ui.ts';
import { CreateIcon, GetSystemMetrics, Shell_NotifyIconW, sizeOf, type Handle } from './win32.ts';

/** What Windows sends to the window when the icon is clicked. */
export const WM_ICON = 0x8000 + 2;

const NIM = { add: 0, modify: 1, delete: 2 } as const;
const NIF = { message: 1, icon: 2, tip: 4, info: 16 } as const;
const NIIF: Readonly<Record<Notice['level'], number>> = { info: 1, warning: 2, error: 3 };
const SM_CXSMICON = 49;
/** Room of the structure's fields, one less than their length for the closing zero. */
const MAX = { tip: 127, info: 255, infoTitle: 63 } as const;

export class NotifyIcon {
  readonly #icons = new Map<LampColour, Handle>();
  #colour: LampColour = 'amber';
  #tip = 'Counter QR';

  readonly #window: Handle;

  constructor(window: Handle) {
    this.#window = window;
  }

  /**
   * Also called when the taskbar was created anew (Explorer restarted), which forgets all icons. @returns whether a
   * taskbar took it
   */
  add(): boolean {
    return this.#callShell(NIM.add, NIF.message | NIF.icon | NIF.tip);
  }

  show(colour: LampColour, tip: string): boolean {
    this.#colour = colour;
    this.#tip = tip;
    return this.#callShell(NIM.modify, NIF.icon | NIF.tip) || this.add();
  }

  notify(notice: Notice): boolean {
    return this.#callShell(NIM.modify, NIF.info, notice);
  }

  remove(): void {
    this.#callShell(NIM.delete, 0);
  }

  #callShell(message: number, flags: number, notice?: Notice): boolean {
    const data = {
      cbSize: sizeOf('CqrNotifyIcon'),
      hWnd: this.#window,
      uID: 1,
      uFlags: flags,
      uCallbackMessage: WM_ICON,
      hIcon: this.#iconOf(this.#colour),
      szTip: this.#tip.slice(0, MAX.tip),
      dwState: 0,
      dwStateMask: 0,
      szInfo: notice?.text.slice(0, MAX.info) ?? '',
      uVersion: 0,
      szInfoTitle: notice?.title.slice(0, MAX.infoTitle) ?? '',
      dwInfoFlags: notice === undefined ? 0 : NIIF[notice.level],
      guidItem: new Array<number>(16).fill(0),
      hBalloonIcon: 0,
    };
    return Shell_NotifyIconW(message, data) !== 0;
  }

  #iconOf(colour: LampColour): Handle {
    const known = this.#icons.get(colour);
    if (known !== undefined) return known;
    const size = Math.max(16, GetSystemMetrics(SM_CXSMICON));
    const rgba = drawIcon(size, colour);
    // Windows wants BGRA; with 32 bits the alpha channel decides, and the AND mask is all zeros (rows are padded to 16
    // bits).
    const bgra = Uint8Array.from(rgba, (_, at) => rgba[at % 4 === 0 ? at + 2 : at % 4 === 2 ? at - 2 : at] ?? 0);
    const mask = new Uint8Array(size * Math.ceil(size / 16) * 2);
    const icon = CreateIcon(0, size, size, 1, 32, mask, bgra);
    this.#icons.set(colour, icon);
    return icon;
  }
}
