/** Wires the relay together, gives it a port, and ends it cleanly. */
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { messageOf } from '../shared/errors.ts';
import { createApp } from './app.ts';
import { Auth } from './auth.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { FleetWatch } from './fleet/fleet-watch.ts';
import { HeldPolls } from './held-polls.ts';
import { Limits } from './http/limits.ts';
import { loadKeys, type Keys } from './keys.ts';
import { createLog } from './log.ts';
import { Session } from './session.ts';
import { openStore } from './store/open-store.ts';

/** Longer than the longest held poll, so that an idle kiosk's connection is not closed under it. */
const KEEP_ALIVE_MS = 30_000;
/** A client that sends its headers or body slower than that is given up. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** After that long, whoever still has not taken its answer is cut off. */
const SHUTDOWN_MS = 3_000;

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.log);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new ConfigError(
      `The data folder ${config.dataDir} cannot be made (${messageOf(error)}). Set DATA_DIR to a folder that the relay may write to.`,
    );
  });
  const { store, vault, now, close } = await openStore(config, log, { onWritten: () => undefined });
  const { keys, isNew } = await loadKeys(config, vault).catch(async (error: unknown) => {
    await close();
    throw error instanceof ConfigError
      ? error
      : new ConfigError(
          `The keys in ${config.dataDir} cannot be read (${messageOf(error)}). Mend or remove the file; new keys are made on the next start.`,
        );
  });
  const held = new HeldPolls(config.maxHeldPolls);
  const fleet = new FleetWatch({
    store,
    now,
    onProblem: (error) => log.warn({ cause: messageOf(error) }, 'the fleet will be looked at again'),
  });
  const app = createApp(
    {
      config,
      store,
      auth: new Auth(keys, config, store),
      session: new Session(keys.admin, config, now),
      limits: new Limits(config.rateLimits),
      held,
      fleet,
      log,
      demoKeys: { app: keys.app[0] ?? '', enrol: keys.enrol[0] ?? '' },
      now,
    },
    pagesDir(),
  );
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
  });
  const handle = app.callback();
  server.on('request', (req, res) => void handle(req, res));
  try {
    await listen(server, config);
  } catch (error) {
    await close();
    throw error;
  }
  fleet.start();
  greet(config, server, keys, isNew ? vault.where : undefined);
  if (config.legacyApiKey !== undefined)
    log.warn(
      'LEGACY_API_KEY is set: this one key may do everything. Move its clients to keys of their own, then unset it.',
    );
  endOnSignal(server, held, fleet, close, log);
}

/** dist/kiosk, seen from dist/relay/main.js as well as from the source. */
function pagesDir(): string {
  const parent = dirname(import.meta.dirname);
  return basename(parent) === 'dist' ? join(parent, 'kiosk') : join(parent, 'dist/kiosk');
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use. Stop what uses it, or set PORT to another one.`
          : `The relay cannot listen on ${host}:${port} (${error.code ?? error.message}); check HOST and PORT.`;
      reject(new ConfigError(why));
    });
    server.listen(port, host, resolve);
  });
}

function greet(config: Config, server: Server, keys: Keys, newKeysIn: string | undefined): void {
  const { port } = server.address() as AddressInfo;
  const host = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(config.host) ? '127.0.0.1' : config.host;
  const site = `http://${host}:${port}${config.basePath}`;
  const enrol = newKeysIn === undefined ? 'ENROL_KEY' : (keys.enrol[0] ?? '');
  const lines = [
    'Counter QR relay is running.',
    ...(config.demo ? [`  Demo    ${site}/demo/`] : []),
    `  Kiosk   ${site}/kiosk/?name=MY-PC#enrol=${enrol}`,
    `  Admin   ${site}/admin/`,
    ...(newKeysIn !== undefined
      ? [
          '',
          `First-run keys, shown only now and kept in ${newKeysIn}:`,
          `  app    ${keys.app[0] ?? ''}`,
          `  enrol  ${keys.enrol[0] ?? ''}`,
          `  admin  ${keys.admin[0] ?? ''}`,
        ]
      : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function endOnSignal(
  server: Server,
  held: HeldPolls,
  fleet: FleetWatch,
  close: () => Promise<void>,
  log: Logger,
): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    // Idle connections first, then those whose held call is answered now.
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    held.stop();
    const unwatched = fleet.stop();
    server.closeIdleConnections();
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS);
    void Promise.all([closed, unwatched])
      .then(close)
      .catch((error: unknown) => log.error({ cause: messageOf(error) }, 'the store did not close cleanly'))
      .finally(() => {
        clearInterval(idle);
        clearTimeout(cut);
        process.exit(0);
      });
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
