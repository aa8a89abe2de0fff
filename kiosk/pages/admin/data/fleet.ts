/** Searching, filtering and sorting the displays. Pure: the same in, the same out. */
import { plainText, searchWords } from '../../../../shared/util/plain-text.ts';
import { factsOf, needsAttention, type Device } from './device.ts';

export const FILTERS = ['all', 'online', 'offline', 'attention', 'linked', 'free'] as const;
export type Filter = (typeof FILTERS)[number];

export const COLUMNS = [
  'name',
  'agent',
  'relay',
  'usb',
  'display',
  'last_seen',
  'version',
  'uptime',
  'qr_today',
  'errors',
  'poll_gap',
  'queued',
] as const;
export type Column = (typeof COLUMNS)[number];
/** `problems`: what a person should look at comes first. It is no column, and what the page begins with. */
export const SORT_KEYS = ['problems', ...COLUMNS] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface View {
  readonly search: string;
  readonly filter: Filter;
  readonly sort: SortKey;
  readonly descending: boolean;
}

export const WHOLE_FLEET: View = { search: '', filter: 'all', sort: 'problems', descending: false };

/** While the relay is not heard, no display is known to be online, offline or in need. */
function passes(device: Device, filter: Filter, live: boolean): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'online':
      return live && device.online;
    case 'offline':
      return live && !device.online;
    case 'attention':
      return live && needsAttention(device);
    case 'linked':
      return device.agent_id !== null;
    case 'free':
      return device.agent_id === null;
  }
}

/** Every word must be somewhere in the row. */
function matches(device: Device, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { computer_name, device_id, agent_id, agent_name, version, system, com_port } = device;
  const text = plainText([computer_name, device_id, agent_id, agent_name, version, system, com_port].join(' '));
  return words.every((word) => text.includes(word));
}

/** Per cent. */
const WHOLE_DAY = 100;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
/** Worst first, so that one click on the column brings up what needs a person. */
const RANKS = [
  'error',
  'unplugged',
  'offline',
  'recovering',
  'unknown',
  'connecting',
  'uploading',
  'connected',
  'ready',
  'online',
];
const rank = (device: Device, fact: 'relay' | 'usb' | 'display'): number => RANKS.indexOf(factsOf(device, true)[fact]);

function compare(one: Device, other: Device, key: SortKey): number {
  switch (key) {
    case 'problems':
      return Number(needsAttention(other)) - Number(needsAttention(one));
    case 'name':
      return 0;
    case 'agent':
      return collator.compare(one.agent_name ?? one.agent_id ?? '', other.agent_name ?? other.agent_id ?? '');
    case 'relay':
    case 'usb':
    case 'display':
      return rank(one, key) - rank(other, key);
    case 'last_seen':
      // While displays poll, their times run past each other; online ones count as seen now.
      return seenAt(one) - seenAt(other);
    case 'version':
      return collator.compare(one.version ?? '', other.version ?? '');
    case 'uptime':
      // Nothing known is no problem.
      return (one.uptime ?? WHOLE_DAY) - (other.uptime ?? WHOLE_DAY);
    case 'qr_today':
      return one.qr_today - other.qr_today;
    case 'errors':
      return one.errors - other.errors;
    case 'poll_gap':
      return one.poll_gap_ms - other.poll_gap_ms;
    case 'queued':
      return one.queued - other.queued;
  }
}

const seenAt = (device: Device): number =>
  device.online ? Number.MAX_SAFE_INTEGER : device.last_seen === null ? 0 : Date.parse(device.last_seen);

/** How many displays each filter would leave, with this search. */
export function countsOf(devices: Iterable<Device>, search: string, live: boolean): Readonly<Record<Filter, number>> {
  const words = searchWords(search);
  const counts = { all: 0, online: 0, offline: 0, attention: 0, linked: 0, free: 0 };
  for (const device of devices) {
    if (!matches(device, words)) continue;
    for (const filter of FILTERS) if (passes(device, filter, live)) counts[filter] += 1;
  }
  return counts;
}

/** @param live whether the page hears the relay now */
export function select(devices: Iterable<Device>, view: View, live = true): Device[] {
  const words = searchWords(view.search);
  const shown = [...devices].filter((device) => passes(device, view.filter, live) && matches(device, words));
  const direction = view.descending ? -1 : 1;
  return shown.sort(
    (one, other) =>
      direction *
      (compare(one, other, view.sort) ||
        collator.compare(one.computer_name, other.computer_name) ||
        collator.compare(one.device_id, other.device_id)),
  );
}
