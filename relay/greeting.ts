/** What the relay prints when it runs: addresses that work as they are, and first-run keys. Knows no process. */
import type { Keys } from './auth/keys.ts';

export interface GreetingFacts {
  /** Origin and base path of the pages. */
  readonly site: string;
  /** Good once, for the demo's keys; undefined where there is no demo. */
  readonly demoToken: string | undefined;
  readonly keys: Keys;
  /** Where keys were kept that were generated just now; undefined when none were. */
  readonly newKeysIn: string | undefined;
  /**
   * Who reads it. `journal`: systemd's, which is kept, sent on, and read by more people than may have the keys.
   * `terminal`: the person who has started it.
   */
  readonly reader: 'terminal' | 'journal' | 'file';
}

export function greeting(facts: GreetingFacts): string {
  const { demoToken, newKeysIn, reader, site } = facts;
  const kiosk = kioskAddress(facts);
  return [
    'Counter QR relay is running.',
    ...(demoToken === undefined || reader === 'journal' ? [] : [`  Demo     ${site}/demo/#token=${demoToken}`]),
    `  Kiosk    ${kiosk('MY-PC')}`,
    // A name has one display: with the same one, whoever opens both finds the second waiting for an admin.
    `  Virtual  ${kiosk('MY-PC-VIRTUAL', '&display=virtual')}   (a kiosk where no display is attached)`,
    `  Admin    ${site}/admin/`,
    ...(newKeysIn === undefined ? [] : firstRunKeys(facts, newKeysIn, reader)),
    '',
  ].join('\n');
}

/**
 * With the enrol key on a developer's screen and at the first start, else without: the page then shows a code, and the
 * admin page lets it in.
 */
function kioskAddress({
  demoToken,
  keys,
  newKeysIn,
  reader,
  site,
}: GreetingFacts): (name: string, more?: string) => string {
  const isToBeShown =
    reader !== 'journal' && (newKeysIn !== undefined || (reader === 'terminal' && demoToken !== undefined));
  const [key] = keys.enrol;
  const fragment = isToBeShown && key !== undefined ? `#enrol=${encodeURIComponent(key)}` : '';
  return (name, more = '') => `${site}/kiosk/?name=${name}${more}${fragment}`;
}

const firstRunKeys = ({ keys }: GreetingFacts, where: string, reader: GreetingFacts['reader']): string[] =>
  reader === 'journal'
    ? ['', `First-run keys are kept in ${where}, and not shown here, because the journal is read by others.`]
    : [
        '',
        `First-run keys, shown only now and kept in ${where}:`,
        `  app    ${keys.app[0] ?? ''}`,
        `  enrol  ${keys.enrol[0] ?? ''}`,
        `  admin  ${keys.admin[0]?.key ?? ''}`,
      ];
