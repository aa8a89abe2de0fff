/** What a screen reader says, as Chromium hands it on: a full stop belongs to a word. */
import type { Page } from 'playwright';

/** Alone, doubled, or after a space: read aloud as "dot". Not within a word, as in `1.5` and `.png`. */
const STRAY = /(^|\s)\.(\s|$)|(^|[^.])\.\s*\.(?!\.)/;

/** One line for each text with a full stop that ends no sentence; empty when there is none. */
export async function strayFullStops(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const spoken = nodes.flatMap(({ ignored, role, name, description }) =>
      ignored
        ? []
        : [name, description].map((said) => ({ role: String(role?.value), text: String(said?.value ?? '') })),
    );
    if (spoken.every(({ text }) => text === '')) return ['nothing is said'];
    return spoken.filter(({ text }) => STRAY.test(text)).map(({ role, text }) => `${role}: “${text}”`);
  } finally {
    await session.detach();
  }
}
