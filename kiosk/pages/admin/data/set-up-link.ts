/** The kiosk page's address for a new PC. It holds no key: the PC shows a code and waits until an admin approves it. */
export function setUpLink(adminUrl: string, computerName: string): string {
  const url = new URL('../kiosk/', new URL('.', adminUrl));
  const name = computerName.trim();
  if (name !== '') url.searchParams.set('name', name);
  return url.href;
}
