/**
 * One display at its counter, for tests of what is on its screen: `rig` is that of the latest `counter()` or
 * `started()`.
 */
import { expect, onTestFinished } from 'vitest';
import type { FakeCommand } from './fake-relay.ts';
import { makeStationRig, type StationRig, type StationRigOptions } from './station-rig.ts';

export let rig: StationRig;

/** Not started yet; stopped when the test is over. */
export function counter(options?: StationRigOptions): StationRig {
  const made = makeStationRig(options);
  rig = made;
  onTestFinished(() => made.clock.run(made.station.stop()));
  return made;
}

/** Ready and online. */
export async function started(options?: StationRigOptions): Promise<StationRig> {
  await counter(options).station.start();
  await rig.clock.until(() => rig.displayNow() === 'ready' && rig.relayNow() === 'online', 60_000);
  return rig;
}

/** A QR that was posted and is on the screen. */
export async function showing(text: string, fields: Readonly<Record<string, unknown>> = {}): Promise<FakeCommand> {
  const command = rig.relay.post({ qr_text: text, ...fields });
  await rig.clock.until(() => command.state === 'displayed', 20_000);
  expect(rig.screenText()).toBe(`qr ${text}`);
  return command;
}

/** The words in every slot that the idle rotation goes over. */
export const slots = (): string =>
  [...rig.display.files.values()].map((bytes) => new TextDecoder().decode(bytes)).join();

/** From here on: whether this payment's QR ever came onto the screen. */
export function watchFor(text: string): () => boolean {
  let seen = false;
  let now = true;
  rig.display.onScreen((shown) => {
    // The first call tells what is there already.
    if (!now && shown.kind === 'picture') seen ||= new TextDecoder().decode(shown.bytes).includes(text);
  });
  now = false;
  return () => seen;
}
