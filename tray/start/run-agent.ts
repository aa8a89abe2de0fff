/** Wires the program for a day's work and lives until it is asked to end. The only place that constructs the concrete parts. */
import { hostname } from 'node:os';
import { mkdirSync } from 'node:fs';
import { createStation } from '../../shared/station/create-station.ts';
import { messageOf } from '../../shared/errors.ts';
import { trayWorkerCode } from '../assets.ts';
import type { Face, FaceEvent } from '../face/face.ts';
import { createLogFace } from '../face/log-face.ts';
import { languageOf, PHRASES, type Language } from '../face/phrases.ts';
import { startWindowsFace } from '../face/windows-face.ts';
import { makePictures } from '../image/pictures.ts';
import { acquireLockFile, type Instance } from '../instance/single-instance.ts';
import { acquireMutex } from '../instance/windows-instance.ts';
import { createRedactor } from '../log/redact.ts';
import { openRollingLog, type Log } from '../log/rolling-log.ts';
import { trustedAuthorities } from '../net/certificates.ts';
import { createNodeHttp } from '../net/node-http.ts';
import { createProxyChooser } from '../net/system-proxy.ts';
import { createProgram, rememberedLanguage } from '../program.ts';
import { choosePorts } from '../serial/choose-ports.ts';
import type { CommandLine } from '../settings/command-line.ts';
import type { Places } from '../settings/places.ts';
import { readSettings } from '../settings/read-settings.ts';
import { SettingsError, type MergedSettings, type Settings } from '../settings/settings.ts';
import { openFileMemory } from '../store/file-memory.ts';
import { VERSION } from '../version.ts';
import { tell, type EndCode } from './explain.ts';
import { lockFileOf } from './tasks.ts';

export async function runAgent(commandLine: CommandLine, places: Places): Promise<EndCode> {
  mkdirSync(places.dataFolder, { recursive: true });
  const merged = readSettings(commandLine, places.dataFolder);
  const language = configuredLanguage(merged.settings);
  if (merged.settings.relay === undefined) throw new SettingsError(PHRASES[language].box.notSetUp);

  const instance = acquireInstance(places);
  if (instance === undefined) {
    tell(PHRASES[language].box.alreadyRunning, commandLine.inBackground);
    return 3;
  }
  try {
    await work(merged, new URL(merged.settings.relay), language, places);
    return 0;
  } finally {
    instance.release();
  }
}

const acquireInstance = (places: Places): Instance | undefined =>
  process.platform === 'win32' ? acquireMutex() : acquireLockFile(lockFileOf(places));

const configuredLanguage = ({ language = 'auto' }: Settings): Language =>
  language === 'auto' ? languageOf(Intl.DateTimeFormat().resolvedOptions().locale) : language;

async function work(merged: MergedSettings, relay: URL, language: Language, places: Places): Promise<void> {
  const { settings } = merged;
  const redactor = createRedactor();
  if (settings.enrol !== undefined) redactor.hide(settings.enrol);
  const log = openRollingLog({ path: places.logFile, redactor });
  introduce(log, merged, relay);

  const { memory, problem } = await openFileMemory(places.memoryFile);
  if (problem !== undefined) log.error('memory_damaged', problem);
  const http = createNodeHttp({
    relay,
    proxy: createProxyChooser(settings.proxy ?? 'auto', () => performance.now()),
    authorities: trustedAuthorities(settings.ca_file, (text) => log.warn('certificates', text)),
    userAgent: `CounterQR/${VERSION} (${process.platform})`,
  });
  const pictures = await makePictures();

  const end = endRequest(log);
  const program = createProgram({
    makeStation: (onEvent) =>
      createStation({
        identity: {
          computerName: settings.name ?? hostname(),
          kind: 'tray',
          version: VERSION,
          ...(settings.enrol === undefined ? {} : { enrolKey: settings.enrol }),
        },
        http,
        ports: choosePorts(settings),
        pictures,
        memory,
        ...(settings.signals === undefined ? {} : { signalPolicy: settings.signals }),
        ...(settings.baud_rates === undefined ? {} : { baudRates: settings.baud_rates }),
        onEvent,
      }),
    makeFace: (onEvent) => makeFace(log, onEvent),
    memory,
    log,
    language: (await rememberedLanguage(memory)) ?? language,
    version: VERSION,
    onEndRequested: end.request,
  });
  await program.start();
  await end.requested;
  await program.stop();
  log.info('ended', 'The program ended.');
}

function makeFace(log: Log, onEvent: (event: FaceEvent) => void): Face {
  return process.platform === 'win32' ? startWindowsFace(trayWorkerCode(), onEvent) : createLogFace(log);
}

/** What support needs to know first, without any secret in it. */
function introduce(log: Log, { settings, origin, unknown }: MergedSettings, relay: URL): void {
  log.info('started', `Counter QR ${VERSION}, Node ${process.version}, ${process.platform}, process ${process.pid}`);
  const told = Object.entries(origin).map(([name, source]) => `${name} from ${source}`);
  log.info('settings', `relay ${relay.origin}${relay.pathname}; ${told.join(', ')}`);
  if (settings.enrol === undefined) log.warn('settings', 'No enrol key is set; a new device cannot register.');
  for (const name of unknown) log.warn('settings', `Nobody knows the setting ${name}; is it a typing error?`);
}

interface EndRequest {
  readonly requested: Promise<void>;
  readonly request: (why: string) => void;
}

function endRequest(log: Log): EndRequest {
  let resolve: () => void = () => undefined;
  const requested = new Promise<void>((done) => (resolve = done));
  const request = (why: string): void => {
    log.info('ending', why);
    resolve();
  };
  process.once('SIGTERM', () => request('SIGTERM'));
  process.once('SIGINT', () => request('SIGINT'));
  process.on('uncaughtException', (error) => {
    log.error('crashed', error.stack ?? messageOf(error));
    process.exit(1);
  });
  process.on('unhandledRejection', (reason) => log.error('unhandled', messageOf(reason)));
  return { requested, request };
}
