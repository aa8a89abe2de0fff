/** One session on a simulated display, with what went over the wire and which states it went through. */
import type { Fault } from '../../../shared/simulator/faults.ts';
import { DisplaySession } from '../../../shared/display/session.ts';
import type { DisplaySessionOptions } from '../../../shared/display/session-options.ts';
import {
  createSimulatedPort,
  type SimulatedPort,
  type SimulatedPortOptions,
} from '../../../shared/simulator/simulated-port.ts';
import {
  SimulatedDisplay,
  type FirmwareVariant,
  type SimulatedDisplayOptions,
} from '../../../shared/simulator/simulated-display.ts';
import type { SignalLines, Transport } from '../../../shared/display/transport.ts';
import type { DisplayProfile } from '../../../shared/display/display-profile.ts';
import { ManualClock } from '../manual-clock.ts';

export interface SessionRigOptions {
  readonly display?: Omit<SimulatedDisplayOptions, 'clock'>;
  readonly port?: Omit<SimulatedPortOptions, 'clock'>;
  readonly session?: Partial<DisplaySessionOptions>;
  readonly faults?: readonly Fault[];
  /** What the display says is heard so much later, in ms; asked each time. */
  readonly lateMs?: () => number;
}

export interface SessionRig {
  readonly clock: ManualClock;
  readonly display: SimulatedDisplay;
  readonly port: SimulatedPort;
  readonly session: DisplaySession;
  readonly states: string[];
  readonly openedAt: number[];
  readonly signals: SignalLines[];
  /** Text lines that the host wrote, with their time on the clock. */
  readonly said: { readonly at: number; readonly line: string }[];
  /** What was learned, newest last. */
  readonly learned: DisplayProfile[];
  /** Lets time pass until the promise is resolved or rejected. */
  run<T>(promise: Promise<T>): Promise<T>;
  show(bytes?: number): Promise<void>;
}

/** The transport as it is, and a note of what passes through it. */
function overheard(
  transport: Transport,
  rig: Pick<SessionRig, 'openedAt' | 'signals' | 'said' | 'clock'>,
  lateMs: () => number,
): Transport {
  return {
    port: transport.port,
    open: (options) => {
      rig.openedAt.push(options.baudRate);
      return transport.open(options);
    },
    read: async (signal) => {
      const bytes = await transport.read(signal);
      if (lateMs() > 0) await rig.clock.sleep(lateMs());
      return bytes;
    },
    write: (bytes) => {
      const text = new TextDecoder('latin1').decode(bytes);
      if (/^[a-z][ -~]*\n$/i.test(text)) rig.said.push({ at: rig.clock.now(), line: text.trim() });
      return transport.write(bytes);
    },
    setSignals: (lines) => {
      rig.signals.push(lines);
      return transport.setSignals(lines);
    },
    close: () => transport.close(),
  };
}

export async function makeSessionRig(options: SessionRigOptions = {}): Promise<SessionRig> {
  const clock = new ManualClock();
  const display = new SimulatedDisplay({ clock, ...options.display });
  const port = createSimulatedPort(display, { clock, ...options.port });
  const notes = { clock, openedAt: [], signals: [], said: [] };
  const [transport] = await port.list();
  if (transport === undefined) throw new Error('The simulated port is not plugged in.');
  const states: string[] = [];
  const learned: DisplayProfile[] = [];
  const session = new DisplaySession({
    transport: overheard(transport, notes, options.lateMs ?? (() => 0)),
    clock,
    onState: (state) =>
      states.push('step' in state ? state.step : 'baudRate' in state ? `${state.kind} ${state.baudRate}` : state.kind),
    onProfile: (profile) => learned.push(profile),
    ...options.session,
  });
  for (const fault of options.faults ?? []) display.inject(fault);
  const run = <T>(promise: Promise<T>): Promise<T> => clock.run(promise);
  return {
    ...notes,
    display,
    port,
    session,
    states,
    learned,
    run,
    show: (bytes = 2_048) => run(session.show({ name: '1.jpeg', jpeg: new Uint8Array(bytes).fill(0x55) })),
  };
}

/** The code of the DisplayError with which it ends. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

/** At 9600 baud, from the moment at which the display swallowed its `ok` to the announcement of the next attempt. */
export async function lostAckToNextAttemptMs(
  bytes: number,
  chunk = 0,
  variant: Partial<FirmwareVariant> = {},
): Promise<number> {
  const rig = await makeSessionRig({ display: { variant }, faults: [{ kind: 'lost_ack', chunk }] });
  await rig.run(rig.session.connect());
  const broken = codeOf(rig.session.show({ name: '1.jpeg', jpeg: new Uint8Array(bytes) }));
  await rig.clock.until(() => rig.display.faults.length === 0);
  const lostAt = rig.clock.now();
  if ((await rig.run(broken)) !== 'no_reply') throw new Error('The upload did not break.');
  await rig.run(rig.session.recover());
  await rig.show(bytes);
  return (rig.said.findLast(({ line }) => line.startsWith('sending'))?.at ?? Number.NaN) - lostAt;
}
