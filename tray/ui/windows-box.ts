/**
 * A box of text for what stops the program at its start, when there is no icon yet. Blocks until the person closes it.
 */
import koffi from 'koffi';

const MB_ICONWARNING = 0x30;
const MB_SETFOREGROUND = 0x10000;

export function showBox(title: string, text: string): void {
  const messageBox = koffi
    .load('user32.dll')
    .func('int __stdcall MessageBoxW(intptr owner, str16 text, str16 title, uint32 flags)') as (
    owner: number,
    text: string,
    title: string,
    flags: number,
  ) => number;
  messageBox(0, text, title, MB_ICONWARNING | MB_SETFOREGROUND);
}
