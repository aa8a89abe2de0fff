/**
 * The same codes on a display that draws them by itself: from the post to the display, from the payment to "paid", and
 * back to idle.
 */
import type { SimulatedDisplay, SimulatedScreen } from '../../shared/simulator/simulated-display.ts';
import { KEYS, type TestRelay } from '../support/process/relay.ts';
import { figure } from './report.ts';
import { median } from './processes.ts';

export interface NativeGlass {
  readonly relay: TestRelay;
  readonly display: SimulatedDisplay;
  readonly deviceId: string;
  readonly agentId: string;
  readonly textOf: (round: string) => string;
}

/** @param pictureSeconds what a picture of the same code took in this run */
export async function measureNativeGlass(site: NativeGlass, rounds: number, pictureSeconds: number): Promise<void> {
  const { relay, display, deviceId, agentId, textOf } = site;
  const path = `/device/${encodeURIComponent(deviceId)}/settings`;
  const { status } = await relay.call('POST', path, { body: { draw: 'native' }, key: KEYS.admin });
  if (status !== 200) throw new Error(`settings: ${status}`);
  const times = { shown: [] as number[], paid: [] as number[], idle: [] as number[] };
  // The first one learns how this firmware says that it has drawn.
  for (let round = -1; round < rounds; round++) {
    const text = textOf(`n${round}`);
    const shown = after(display, (screen) => screen.kind === 'native' && screen.args[0] === text);
    const { command_id } = await relay.postQr(agentId, text);
    const view = await relay.reaches(command_id, ['displayed', 'failed', 'expired']);
    if (view.picture?.drawn_by !== 'display') throw new Error(`Not drawn by the display: ${JSON.stringify(view)}`);
    const paid = after(display, (screen) => screen.kind === 'native' && screen.name === 'success');
    await relay.call('POST', '/payment', { body: { command_id, status: 'paid' }, key: KEYS.app });
    const tookMs = { shown: await shown, paid: await paid };
    await after(display, (screen) => screen.kind === 'rotation');
    const closing = await relay.postQr(agentId, `${text} closed`);
    await relay.reaches(closing.command_id, ['displayed', 'failed', 'expired']);
    const idle = after(display, (screen) => screen.kind === 'rotation');
    await relay.call('POST', '/rotation/start', { body: { agent_id: agentId }, key: KEYS.app });
    if (round < 0) await idle;
    else {
      times.shown.push(tookMs.shown);
      times.paid.push(tookMs.paid);
      times.idle.push(await idle);
    }
  }
  const said = (list: readonly number[]): string =>
    `${(median(list) / 1000).toFixed(2)} s, slowest ${(Math.max(...list) / 1000).toFixed(2)} s`;
  const ratio = (pictureSeconds * 1000) / median(times.shown);
  figure(
    'the same, drawn by the display',
    said(times.shown),
    `goal 0.7 s; ${ratio.toFixed(1)} x sooner than the picture`,
  );
  figure('POST /payment to "paid" drawn by the display', said(times.paid), 'goal 0.3 s');
  figure('POST /rotation/start to idle, nothing uploaded', said(times.idle), 'goal 0.3 s');
}

/** Milliseconds from now until it shows that. */
function after(display: SimulatedDisplay, isIt: (screen: SimulatedScreen) => boolean): Promise<number> {
  const from = performance.now();
  return new Promise((resolve) => {
    let isFirst = true;
    const stop = display.onScreen((screen) => {
      if (isFirst || !isIt(screen)) {
        isFirst = false;
        return;
      }
      resolve(performance.now() - from);
      queueMicrotask(() => stop());
    });
  });
}
