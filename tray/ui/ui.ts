/**
 * The face is what a person sees of the program: an icon with a menu, notifications, a status box. The program tells it what to
 * show and hears what was chosen. Windows has a real one; elsewhere the log is the face.
 */
import type { IconColour } from './icon-art.ts';

export type LampColour = Exclude<IconColour, 'brand'>;

export type MenuCommand =
  'status' | 'test_card' | 'pairing_code' | 'logs' | 'restart_connection' | 'language_en' | 'language_fr' | 'exit';

export type MenuItem =
  | { readonly kind: 'command'; readonly command: MenuCommand; readonly label: string; readonly checked?: boolean }
  | { readonly kind: 'submenu'; readonly label: string; readonly items: readonly MenuItem[] }
  | { readonly kind: 'separator' };

export interface FaceView {
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

export interface Face {
  show(view: FaceView): void;
  notify(notice: Notice): void;
  /** A box with a text and one button; does not wait for the person. */
  tell(title: string, text: string): void;
  /** Opens a file or folder with whatever program is meant for it. */
  open(path: string): void;
  /** Takes the icon away. Resolves within `FACE_CLOSE_TIMEOUT_MS`, whatever happens. */
  close(): Promise<void>;
}

export const FACE_CLOSE_TIMEOUT_MS = 2_000;

/** What a face tells its owner. */
export type FaceEvent =
  | { readonly kind: 'chosen'; readonly command: MenuCommand }
  /** Windows is shutting down, the person logs off, or the installer asks the program to end. */
  | { readonly kind: 'end_requested'; readonly cause: 'session' | 'installer' }
  | { readonly kind: 'problem'; readonly text: string };
