/** The tab's title and icon say when something is wrong, because the agent works in another tab. */
const ICONS = { well: '../icons/icon.svg', trouble: '../icons/icon-trouble.svg' } as const;

/** @param trouble in few words; undefined while all is well */
export function showTabState(page: Document, trouble: string | undefined, isStandby: boolean): void {
  const name = isStandby ? 'Counter QR (standby)' : 'Counter QR';
  const title = trouble === undefined ? name : `⚠ ${trouble} – ${name}`;
  if (page.title !== title) page.title = title;
  const icon = page.querySelector<HTMLLinkElement>('link[rel=icon]');
  const href = ICONS[trouble === undefined ? 'well' : 'trouble'];
  if (icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
}
