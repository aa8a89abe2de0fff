/** `npm run migrate [-- --dry-run]`: moves the data of DATA_DIR to the Redis of STORE_URL. See docs/scaling.md. */
import { messageOf } from '../shared/wire/errors.ts';
import { readConfig } from './config.ts';
import { migrate } from './store/migrate/migrate.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => arg !== '--dry-run');
  if (unknown !== undefined) throw new Error(`The only option is --dry-run; "${unknown}" is none.`);
  const isDryRun = args.includes('--dry-run');
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
