/**
 * The kiosk page's address for a new PC. It holds no key: the PC shows a code and waits until an admin approves it.
 *
 * @param kioskHost where the kiosk page is, e.g. `https://pay.example`, when that is not the admin page's host
 * @returns undefined while `kioskHost` is no such address
 */
export function setUpLink(adminUrl: string, computerName: string, kioskHost?: string): string | undefined {
  const here = new URL('../kiosk/', new URL('.', adminUrl));
  if (kioskHost !== undefined && !/^https?:\/\/[^/?#\s]+\/?$/.test(kioskHost.trim())) return undefined;
  const url = kioskHost === undefined ? here : new URL(here.pathname, kioskHost.trim());
  const name = computerName.trim();
  if (name !== '') url.searchParams.set('name', name);
  return url.href;
}
