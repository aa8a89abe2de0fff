/** Wires the relay together, gives it a port, and ends it cleanly. */
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { tuneForHeldPolls } from '../node/v8-flags.ts';
import { messageOf } from '../shared/wire/errors.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { greeting, type GreetingFacts } from './greeting.ts';
import { closeServer, httpServer, listen } from './http/server.ts';
import { loadKeys } from './auth/keys.ts';
import { createLog } from './log.ts';
import { openFilesLimit, tooFewOpenFiles } from './open-files.ts';
import { readerOfThisProcess } from './reader.ts';
import { Relay } from './relay.ts';
import type { StoreEvents } from './store/database.ts';
import { openStore } from './store/open-store.ts';

async function start(): Promise<void> {
  tuneForHeldPolls();
  const config = readConfig(process.env);
  const log = createLog(config.log);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new ConfigError(
      `The data folder ${config.dataDir} cannot be made (${messageOf(error)}). Set DATA_DIR to a folder that the relay may write to.`,
    );
  });
  // Commands that end while the relay is being put together are published like all others.
  const early: Parameters<StoreEvents['onWritten']>[] = [];
  let onWritten: StoreEvents['onWritten'] = (...facts) => void early.push(facts);
  const running: { relay?: Relay } = {};
  const { store, vault, clocks, notices, makeLimiter, close } = await openStore(config, log, {
    onWritten: (...facts) => onWritten(...facts),
    // Before there is a relay, its start reads the history of the last half minute by itself.
    onUncertain: (ended) => running.relay?.uncertain(ended),
    // Without a farewell: whatever this process would still write may go over what the other one has written.
    onLost: (error) => {
      process.stderr.write(`Another relay uses ${config.dataDir} (${error.message}) This one ends.\n`);
      process.exit(1);
    },
  });
  const { keys, isNew } = await loadKeys(config, vault).catch(async (error: unknown) => {
    await close();
    throw error instanceof ConfigError
      ? error
      : new ConfigError(
          `The keys in ${config.dataDir} cannot be read (${messageOf(error)}). Mend or remove the file; new keys are made on the next start.`,
        );
  });
  const relay = new Relay({ config, keys, store, clocks, notices, makeLimiter, log, pagesDir: pagesDir() });
  running.relay = relay;
  onWritten = (...facts) => relay.written(...facts);
  await relay.start();
  for (const facts of early) relay.written(...facts);
  relay.deps.metrics.watchProcess();
  const server = httpServer((req, res) => void relay.handle(req, res));
  try {
    await listen(server, config);
  } catch (error) {
    await relay.stop();
    await close();
    throw error;
  }
  // Anyone who reads that the relay runs may end it at once.
  endOnSignal(async () => {
    await closeServer(server, () => relay.stop());
    await close();
  }, log);
  greet(config, server, { keys, newKeysIn: isNew ? vault : undefined, demoToken: relay.deps.demoKeys?.token });
  const tooFew = tooFewOpenFiles(openFilesLimit(), config.maxHeldPolls, config.demo ? 'trial' : 'rollout');
  if (tooFew !== undefined) log.warn(tooFew);
  if (config.legacyApiKey !== undefined)
    log.warn(
      'LEGACY_API_KEY is set: this one key may do everything. Move its clients to keys of their own, then unset it.',
    );
}

/** dist/kiosk, seen from dist/relay/main.js as well as from the source. */
function pagesDir(): string {
  const parent = dirname(import.meta.dirname);
  return basename(parent) === 'dist' ? join(parent, 'kiosk') : join(parent, 'dist/kiosk');
}

/** As in the guides: a browser remembers ports and keys by the address, and localhost is another than 127.0.0.1. */
function greet(config: Config, server: Server, facts: Pick<GreetingFacts, 'keys' | 'newKeysIn' | 'demoToken'>): void {
  const { port } = server.address() as AddressInfo;
  const host = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(config.host) ? 'localhost' : config.host;
  const site = `http://${host}:${port}${config.basePath}`;
  process.stdout.write(greeting({ ...facts, site, reader: readerOfThisProcess() }));
}

function endOnSignal(stop: () => Promise<void>, log: Logger): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    stop()
      .catch((error: unknown) => log.error({ cause: messageOf(error) }, 'the relay did not end cleanly'))
      .finally(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

start().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : `The relay cannot start (${messageOf(error)}).`}\n`,
  );
  process.exit(1);
});
