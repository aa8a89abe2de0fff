/** What several of the admin page's sections are made of. */
import { html, nothing } from 'lit';
import { msg } from '@lit/localize';
import '../../../common/app-icon.ts';

/** A file that the relay makes, e.g. for a spreadsheet. */
export const fileLink = (href: string, label: string, hook: string) =>
  html`<a class="file" href=${href} download data-hook=${hook}><app-icon name="download"></app-icon>${label}</a>`;

/** Read out when it comes; nothing while all is well. */
export const problemLine = (problem: string) =>
  problem === '' ? nothing : html`<p class="problem" role="alert">${problem}</p>`;

export const reading = (): string => msg('Reading …', { id: 'admin.reading' });

/**
 * A table that may be wider than the screen and is then pushed sideways, with the keyboard too; or words in its place.
 */
export const tableCard = (label: string, table: unknown, instead: string) =>
  html`<div class="card scroll" tabindex="0" role="region" aria-label=${label}>
    ${table === undefined ? html`<p class="empty">${instead}</p>` : table}
  </div>`;
