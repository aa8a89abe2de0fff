/** `npm run migrate [-- --dry-run]`: moves the data of DATA_DIR to the Redis of STORE_URL. See docs/scaling.md. */
import { parseArgs } from 'node:util';
import { messageOf } from '../shared/wire/errors.ts';
import { readConfig } from './config.ts';
import { migrate } from './store/migrate/migrate.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Whether it is a dry run. */
function readArguments(args: readonly string[]): boolean {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: { 'dry-run': { type: 'boolean', default: false } },
    strict: false,
    tokens: true,
  });
  const isKnown = (token: (typeof tokens)[number]): boolean =>
    token.kind === 'option' && token.rawName === '--dry-run' && token.value === undefined;
  const unknown = tokens.find((token) => !isKnown(token));
  if (unknown !== undefined) throw new Error(`The only option is --dry-run; "${args[unknown.index]}" is none.`);
  return values['dry-run'] === true;
}

async function run(args: readonly string[]): Promise<void> {
  const isDryRun = readArguments(args);
  const config = readConfig(process.env);
  const counts = await migrate(config, { isDryRun, say });
  say(
    [
      isDryRun ? 'Would move, and has changed nothing:' : 'Moved, read back and compared:',
      `  displays       ${counts.displays}`,
      `  open commands  ${counts.openCommands} (${counts.pictures} with a picture)`,
      `  history        ${counts.history} commands, ${counts.audit} changes of links and displays`,
      `  other records  ${counts.otherRecords}`,
      ...(isDryRun
        ? []
        : [
            '',
            'Start the relays with the same STORE_URL now. The folder stays as a backup; a relay does not start on it again.',
          ]),
    ].join('\n'),
  );
}

run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
