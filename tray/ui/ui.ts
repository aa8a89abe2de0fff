/**
 * What a person sees of the program: an icon with a menu, notifications, a box of text. The program says what to show
 * and gets what was chosen. On Windows it is the notification area; elsewhere it is the log.
 */
import type { IconColour } from './icon-art.ts';

export type LampColour = Exclude<IconColour, 'brand'>;

export type MenuCommand =
  | 'status'
  | 'test_card'
  | 'pairing_code'
  | 'check_display'
  | 'logs'
  | 'restart_connection'
  | 'language_en'
  | 'language_fr'
  | 'exit';

export type MenuItem =
  | { readonly kind: 'command'; readonly command: MenuCommand; readonly label: string; readonly checked?: boolean }
  | { readonly kind: 'submenu'; readonly label: string; readonly items: readonly MenuItem[] }
  | { readonly kind: 'separator' };

export interface TrayView {
  readonly colour: LampColour;
  /** One or two short lines; Windows shows at most 127 characters. */
  readonly tooltip: string;
  readonly menu: readonly MenuItem[];
}

export interface Notice {
  readonly level: 'info' | 'warning' | 'error';
  readonly title: string;
  readonly text: string;
}

export interface TrayUi {
  show(view: TrayView): void;
  notify(notice: Notice): void;
  /** A box with a text and one button; does not wait for the person. */
  showBox(title: string, text: string): void;
  /** A box with a question, answered by the event `answered`; does not wait for the person. */
  ask(title: string, question: string): void;
  /** Opens a file or folder with the program that Windows has for it. */
  open(path: string): void;
  /** Takes the icon away. Resolves within `UI_CLOSE_TIMEOUT_MS`; never rejects. */
  close(): Promise<void>;
}

export const UI_CLOSE_TIMEOUT_MS = 2_000;

/** What the program gets from its user interface. */
export type TrayUiEvent =
  | { readonly kind: 'chosen'; readonly command: MenuCommand }
  | { readonly kind: 'answered'; readonly answer: 'yes' | 'no' }
  /** Windows is shutting down, the person logs off, or the installer asks the program to end. */
  | { readonly kind: 'end_requested'; readonly cause: 'session' | 'installer' }
  | { readonly kind: 'problem'; readonly text: string };
