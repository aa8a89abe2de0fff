/** Events by which an element asks something of the page. They cross shadow roots. */
import type { ActionRequest } from './actions.ts';
import type { View } from './fleet.ts';

declare global {
  interface HTMLElementEventMap {
    /** Opens the dialog for an action on displays. */
    'action-request': CustomEvent<ActionRequest>;
    /** Changes search, filter or sorting of the list. */
    'view-change': CustomEvent<View>;
    /** Shows a sentence, which a screen reader reads out. */
    notice: CustomEvent<string>;
    /** The relay ended the session. */
    'signed-out': CustomEvent<undefined>;
  }
}

type PageEvent = 'action-request' | 'view-change' | 'notice' | 'signed-out';

function dispatch<K extends PageEvent>(from: HTMLElement, name: K, detail?: HTMLElementEventMap[K]['detail']): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

export const requestAction = (from: HTMLElement, request: ActionRequest): void =>
  dispatch(from, 'action-request', request);
export const changeView = (from: HTMLElement, view: View): void => dispatch(from, 'view-change', view);
export const showNotice = (from: HTMLElement, sentence: string): void => dispatch(from, 'notice', sentence);
export const announceSignedOut = (from: HTMLElement): void => dispatch(from, 'signed-out');
