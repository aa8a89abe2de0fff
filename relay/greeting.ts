/** What the relay prints when it runs: addresses that work as they are, and first-run keys. Knows no process. */
import type { Keys } from './auth/keys.ts';
import type { Reader } from './reader.ts';
import type { KeyVault } from './store/key-vault.ts';

export interface GreetingFacts {
  /** Origin and base path of the pages. */
  readonly site: string;
  /** Good once, for the demo's keys; undefined where there is no demo. */
  readonly demoToken: string | undefined;
  readonly keys: Keys;
  /** Where keys were kept that were generated just now; undefined when none were. */
  readonly newKeysIn: Pick<KeyVault, 'where' | 'readBy'> | undefined;
  readonly reader: Reader;
}

const isKept = (reader: Reader): reader is 'journal' | 'log' => reader === 'journal' || reader === 'log';

export function greeting(facts: GreetingFacts): string {
  const { demoToken, newKeysIn, reader, site } = facts;
  const kiosk = kioskAddress(facts);
  return [
    'Counter QR relay is running.',
    ...(demoToken === undefined || isKept(reader) ? [] : [`  Demo     ${site}/demo/#token=${demoToken}`]),
    `  Kiosk    ${kiosk('MY-PC')}`,
    // A name has one display: with the same one, anyone who opens both finds the second waiting for an admin.
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
    !isKept(reader) && (newKeysIn !== undefined || (reader === 'terminal' && demoToken !== undefined));
  const [key] = keys.enrol;
  const fragment = isToBeShown && key !== undefined ? `#enrol=${encodeURIComponent(key)}` : '';
  return (name, more = '') => `${site}/kiosk/?name=${name}${more}${fragment}`;
}

function firstRunKeys(
  { keys }: GreetingFacts,
  { where, readBy: { command, service } }: Pick<KeyVault, 'where' | 'readBy'>,
  reader: Reader,
): string[] {
  if (isKept(reader))
    return [
      '',
      `First-run keys are kept in ${where}, and not shown here, because ${NAME_OF[reader]} is read by others. To see them:`,
      `  ${command}`,
      `  docker compose exec ${service} ${command}   (in a container)`,
    ];
  return [
    '',
    `First-run keys, shown only now and kept in ${where}:`,
    `  app    ${keys.app[0] ?? ''}`,
    `  enrol  ${keys.enrol[0] ?? ''}`,
    `  admin  ${keys.admin[0]?.key ?? ''}`,
  ];
}

const NAME_OF: Readonly<Record<'journal' | 'log', string>> = { journal: 'the journal', log: 'a log' };
