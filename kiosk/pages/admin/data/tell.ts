/** What elements of the page ask of the page itself, as events that cross shadow roots. */
import type { Order } from './actions.ts';
import type { View } from './fleet.ts';

declare global {
  interface HTMLElementEventMap {
    /** Wants the dialog for an action on displays. */
    order: CustomEvent<Order>;
    /** Wants another search, filter or order of the list. */
    view: CustomEvent<View>;
    /** A sentence for the admin, shown and read out. */
    say: CustomEvent<string>;
    /** The relay ended the session. */
    'signed-out': CustomEvent<undefined>;
  }
}

const tell = (from: HTMLElement, name: 'order' | 'view' | 'say' | 'signed-out', detail?: unknown): void =>
  void from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));

export const order = (from: HTMLElement, detail: Order): void => tell(from, 'order', detail);
export const changeView = (from: HTMLElement, view: View): void => tell(from, 'view', view);
export const say = (from: HTMLElement, sentence: string): void => tell(from, 'say', sentence);
export const sayGoodbye = (from: HTMLElement): void => tell(from, 'signed-out');
