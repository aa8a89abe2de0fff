/** Shows a menu at the mouse and answers what was chosen. */
import type { MenuCommand, MenuItem } from './ui.ts';
import {
  AppendMenuW,
  CreatePopupMenu,
  DestroyMenu,
  GetCursorPos,
  PostMessageW,
  SetForegroundWindow,
  TrackPopupMenu,
  type Handle,
} from './win32.ts';

const MF = { string: 0, checked: 8, popup: 0x10, separator: 0x800 } as const;
const TPM = { rightButton: 2, noNotify: 0x80, returnCommand: 0x100 } as const;
const WM_NULL = 0;

/** Blocks until the menu is gone, while Windows keeps delivering messages to this thread's windows. */
export function askMenu(window: Handle, items: readonly MenuItem[]): MenuCommand | undefined {
  const commands: MenuCommand[] = [];
  const menu = build(items, commands);
  try {
    const at = { x: 0, y: 0 };
    GetCursorPos(at);
    // Without these two calls the menu would stay open when the person clicks elsewhere (Microsoft's advice for
    // TrackPopupMenu).
    SetForegroundWindow(window);
    const id = TrackPopupMenu(menu, TPM.rightButton | TPM.noNotify | TPM.returnCommand, at.x, at.y, 0, window, null);
    PostMessageW(window, WM_NULL, 0, 0);
    return id > 0 ? commands[id - 1] : undefined;
  } finally {
    // Takes its submenus along.
    DestroyMenu(menu);
  }
}

function build(items: readonly MenuItem[], commands: MenuCommand[]): Handle {
  const menu = CreatePopupMenu();
  for (const item of items)
    switch (item.kind) {
      case 'command':
        commands.push(item.command);
        AppendMenuW(menu, item.checked === true ? MF.checked : MF.string, commands.length, item.label);
        break;
      case 'submenu':
        AppendMenuW(menu, MF.popup, build(item.items, commands), item.label);
        break;
      case 'separator':
        AppendMenuW(menu, MF.separator, 0, null);
        break;
    }
  return menu;
}
