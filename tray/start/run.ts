/**
 * Wires the program for a day's work and lives until it is asked to end or to make room. The only place that constructs
 * the concrete parts.
 */
import { hostname, release } from 'node:os';
import { realClock } from '../../shared/util/clock.ts';
import { messageOf } from '../../shared/wire/errors.ts';
import { RecordingPorts } from '../../shared/display/recording-transport.ts';
import type { PortSource } from '../../shared/display/transport.ts';
import { Station } from '../../shared/station/station.ts';
import { keptCredentials } from '../../shared/station/registration.ts';
import type { StationEvent } from '../../shared/station/station-types.ts';
import { warmUp } from '../../shared/picture/warm-up.ts';
import { trayWorkerCode } from '../assets.ts';
import type { TrayUi, TrayUiEvent } from '../ui/ui.ts';
import { createLogUi } from '../ui/log-ui.ts';
import { languageOf, PHRASES, type Language } from '../ui/phrases.ts';
import { startWindowsUi } from '../ui/windows-ui.ts';
import { makePictures } from '../image/pictures.ts';
import type { Redactor } from '../log/redact.ts';
import type { Log } from '../log/tray-log.ts';
import { DisplayReportFile, writeCheckReport } from '../log/display-report-file.ts';
import { trustedAuthorities } from '../net/certificates.ts';
import { createDownload } from '../net/node-download.ts';
import { createNodeHttp, type NodeHttpOptions } from '../net/node-http.ts';
import { createProxyChooser } from '../net/system-proxy.ts';
import { createProgram, rememberedLanguage } from '../program.ts';
import { choosePorts } from '../serial/choose-ports.ts';
import type { Paths } from '../settings/paths.ts';
import type { MergedSettings, Settings } from '../settings/settings.ts';
import { openFileMemory } from '../store/file-memory.ts';
import { redactingMemory } from '../store/redacting-memory.ts';
import type { Release, UpdateStore } from '../update/update-store.ts';
import { startUpdater } from '../update/updater.ts';
import type { UpdateRequirements } from '../update/verify.ts';
import { VERSION } from '../version.ts';
import { createShutdown } from './shutdown.ts';
import { createMemoryTrim, returnLargeBlocks } from './memory-trim.ts';
import { operatingSystem } from './operating-system.ts';

const UPDATE_MINUTES = 15;

export interface RunContext {
  readonly merged: MergedSettings;
  readonly relay: URL;
  readonly language: Language;
  readonly paths: Paths;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly updateStore: UpdateStore;
  /** Undefined: updates are off. */
  readonly requirements: UpdateRequirements | undefined;
}

export type RunOutcome = { readonly kind: 'ended' } | { readonly kind: 'replaced'; readonly release: Release };

export async function run(
  context: RunContext & { readonly onTrial: boolean; readonly rolledBack: boolean },
): Promise<RunOutcome> {
  const { merged, relay, paths, redactor, log, updateStore } = context;
  const { settings } = merged;
  returnLargeBlocks();
  logStart(log, merged, relay);
  const { memory: file, problem } = await openFileMemory(paths.memoryFile);
  const memory = redactingMemory(file, redactor);
  if (problem !== undefined) log.error('memory_damaged', problem);

  const connection: NodeHttpOptions = {
    relay,
    proxy: createProxyChooser(settings.proxy ?? 'auto'),
    authorities: trustedAuthorities(settings.ca_file, (text) => log.warn('certificates', text)),
    userAgent: `CounterQR/${VERSION} (${process.platform})`,
  };
  const http = createNodeHttp(connection);
  const pictures = await makePictures();
  const shutdown = createShutdown<RunOutcome>(log, { kind: 'ended' });
  const language = (await rememberedLanguage(memory)) ?? context.language;

  const { ports, reportFile } = portsOf(context);
  const system = operatingSystem(process.platform, release());
  const memoryTrim = createMemoryTrim();
  const onTrialEvent = context.onTrial
    ? passTrialWhenOnline(updateStore, log, () => program.ui, language)
    : () => undefined;

  const program = createProgram({
    makeStation: (onEvent) =>
      new Station({
        identity: {
          computerName: settings.name ?? hostname(),
          kind: 'tray',
          version: VERSION,
          ...(system === undefined ? {} : { system }),
          ...(settings.enrol === undefined ? {} : { enrolKey: settings.enrol }),
        },
        http,
        ports,
        pictures,
        memory,
        ...(settings.signals === undefined ? {} : { signalPolicy: settings.signals }),
        ...(settings.baud_rates === undefined ? {} : { baudRates: settings.baud_rates }),
        onEvent,
      }),
    makeUi: (onEvent) => makeUi(log, onEvent),
    memory,
    log,
    language,
    version: VERSION,
    keepReport: (report) => writeCheckReport(report, { logFile: paths.logFile, log }),
    onEvent: (event) => {
      if (event.kind === 'command' || event.kind === 'display') memoryTrim.schedule();
      onTrialEvent(event);
    },
    onEndRequested: (why) => shutdown.request(why),
  });
  const updater =
    context.requirements === undefined
      ? undefined
      : startUpdater({
          http,
          download: createDownload(connection),
          credentials: () => keptCredentials(memory),
          store: updateStore,
          requirements: context.requirements,
          isIdle: () => program.isIdle(),
          everyMs: (settings.update_minutes ?? UPDATE_MINUTES) * 60_000,
          clock: realClock,
          log,
          onReady: (release) =>
            shutdown.request(`making room for version ${release.version}`, { kind: 'replaced', release }),
        });

  await program.start();
  reportFile?.start();
  void warmUp(pictures).finally(() => memoryTrim.schedule());
  await updateStore.removeUnused(process.execPath);
  if (context.rolledBack) program.ui.notify(noticeOfRollback(language));
  const outcome = await shutdown.requested;
  memoryTrim.stop();
  await updater?.stop();
  await program.stop();
  await reportFile?.stop();
  // A person's wish to end wins over an update that became ready at the same moment.
  log.info('ended', outcome.kind === 'ended' ? 'The program ended.' : 'The program makes room.');
  return outcome;
}

/** Recorded where the settings ask for it. */
function portsOf({ merged: { settings }, paths, log }: RunContext): {
  readonly ports: PortSource;
  readonly reportFile?: DisplayReportFile;
} {
  const ports = choosePorts(settings);
  if (settings.record !== 'on') return { ports };
  const recording = new RecordingPorts(ports, realClock);
  const report = () => recording.report(`tray ${VERSION}`);
  return {
    ports: recording,
    reportFile: new DisplayReportFile({ report, logFile: paths.logFile, clock: realClock, log }),
  };
}

/** On trial: the first word of the relay is the report that the version before waits for. */
function passTrialWhenOnline(
  updateStore: UpdateStore,
  log: Log,
  ui: () => TrayUi,
  language: Language,
): (event: StationEvent) => void {
  let passed = false;
  return (event) => {
    if (passed || event.kind !== 'relay' || event.state !== 'online') return;
    passed = true;
    updateStore.passTrial().then(
      () => {
        log.info('update_done', `Version ${VERSION} reported and stays.`);
        ui().notify({ level: 'info', title: PHRASES[language].notice.updatedTitle, text: VERSION });
      },
      (error: unknown) => log.error('update_failed', messageOf(error)),
    );
  };
}

const noticeOfRollback = (language: Language) =>
  ({
    level: 'warning',
    title: PHRASES[language].notice.faultTitle,
    text: PHRASES[language].notice.rolledBack,
  }) as const;

export const configuredLanguage = ({ language = 'auto' }: Settings): Language =>
  language === 'auto' ? languageOf(Intl.DateTimeFormat().resolvedOptions().locale) : language;

function makeUi(log: Log, onEvent: (event: TrayUiEvent) => void): TrayUi {
  return process.platform === 'win32' ? startWindowsUi(trayWorkerCode(), onEvent) : createLogUi(log);
}

/** What support needs to know first, without any secret in it. */
function logStart(log: Log, { settings, origin, unknown }: MergedSettings, relay: URL): void {
  log.info('started', `Counter QR ${VERSION}, Node ${process.version}, ${process.platform}, process ${process.pid}`);
  const told = Object.entries(origin).map(([name, source]) => `${name} from ${source}`);
  log.info('settings', `relay ${relay.origin}${relay.pathname}; ${told.join(', ')}`);
  if (settings.enrol === undefined) log.warn('settings', 'No enrol key is set; a new device cannot register.');
  for (const name of unknown) log.warn('settings', `Nobody knows the setting ${name}; is it a typing error?`);
}
