/** The contract's `data-*` attributes on `<html>`, read by tests and by support. */
import { commandWord, type StationView } from '../data/station-view.ts';
import { gapSummary } from '../data/poll-gaps.ts';
import type { Ownership } from './owner-controller.ts';

export function showOwnership(root: HTMLElement, state: Ownership): void {
  root.dataset.owner = state === 'owner' ? 'owner' : 'passive';
}

export function showStation(root: HTMLElement, view: StationView): void {
  set(root, 'relay', view.relay.state);
  set(root, 'relayCause', view.relay.cause);
  set(root, 'display', view.display.state);
  set(root, 'displayCause', view.display.cause);
  set(root, 'deviceId', view.deviceId);
  set(root, 'command', view.command?.commandId);
  set(root, 'commandState', view.command && commandWord(view, view.command));
  set(root, 'qr', view.qr?.commandId);
  set(root, 'qrState', view.qr && commandWord(view, view.qr));
  set(root, 'glass', view.screen?.screen);
  set(root, 'pollGapP99Ms', gapSummary(view.gaps)?.p99Ms.toString());
}

function set(root: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) delete root.dataset[name];
  else if (root.dataset[name] !== value) root.dataset[name] = value;
}
