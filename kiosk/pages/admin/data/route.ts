/** The page's state as the address's fragment: every view has a link, and the browser's back button works. */
import { FILTERS, SORT_KEYS, WHOLE_FLEET, type Filter, type SortKey, type View } from './fleet.ts';

export const SECTIONS = ['displays', 'waiting', 'qrs', 'history', 'audit', 'versions'] as const;
export type Section = (typeof SECTIONS)[number];

export type Route =
  | { readonly kind: 'displays'; readonly view: View }
  | { readonly kind: 'display'; readonly deviceId: string }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'qrs' }
  | { readonly kind: 'qr'; readonly commandId: string }
  | { readonly kind: 'history' }
  | { readonly kind: 'audit' }
  | { readonly kind: 'versions' };

const isFilter = (text: string | null): text is Filter => FILTERS.some((filter) => filter === text);
const isSortKey = (text: string | null): text is SortKey => SORT_KEYS.some((key) => key === text);
const isSection = (text: string): text is Section => SECTIONS.some((section) => section === text);

/** An unknown address shows the displays. */
export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [section = '', name = ''] = path.split('/');
  if (section === 'display' && name !== '') return { kind: 'display', deviceId: decode(name) };
  if (section === 'qrs' && name !== '') return { kind: 'qr', commandId: decode(name) };
  if (!isSection(section) || section === 'displays') return { kind: 'displays', view: readView(query) };
  return { kind: section };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readView(query: string): View {
  const parameters = new URLSearchParams(query);
  const filter = parameters.get('show');
  const sort = parameters.get('sort');
  return {
    search: parameters.get('search') ?? '',
    filter: isFilter(filter) ? filter : WHOLE_FLEET.filter,
    sort: isSortKey(sort) ? sort : WHOLE_FLEET.sort,
    descending: parameters.get('order') === 'down',
  };
}

export function hrefOf(route: Route): string {
  if (route.kind === 'display') return `#/display/${encodeURIComponent(route.deviceId)}`;
  if (route.kind === 'qr') return `#/qrs/${encodeURIComponent(route.commandId)}`;
  if (route.kind !== 'displays') return `#/${route.kind}`;
  const { search, filter, sort, descending } = route.view;
  const parameters = new URLSearchParams({
    ...(search === '' ? {} : { search }),
    ...(filter === WHOLE_FLEET.filter ? {} : { show: filter }),
    ...(sort === WHOLE_FLEET.sort ? {} : { sort }),
    ...(descending ? { order: 'down' } : {}),
  });
  return `#/displays${parameters.size === 0 ? '' : `?${parameters.toString()}`}`;
}

/** The section that a page belongs to. */
export function sectionOf({ kind }: Route): Section {
  switch (kind) {
    case 'display':
      return 'displays';
    case 'qr':
      return 'qrs';
    default:
      return kind;
  }
}
