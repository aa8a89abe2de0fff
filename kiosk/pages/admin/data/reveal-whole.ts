/**
 * For `focusin` in a row that is pushed sideways: Chromium leaves a button where it is of which 32 px are seen, and its
 * focus ring would be cut.
 */
export function revealWhole({ target }: Event): void {
  (target as Element).scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
