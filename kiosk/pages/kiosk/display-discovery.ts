/**
 * Tells web apps of the same origin, in the same browser, which display this PC has (sdk/display-discovery.ts). Only
 * the tab that owns the display answers. The answer is no secret: a page of this origin can read it from this tab's
 * storage.
 */
import { readThisPcMessage, THIS_PC_CHANNEL, type ThisPcMessage } from '../../../sdk/display-discovery.ts';

/** A developer may have a virtual display open beside the real one. The real one answers first. */
const VIRTUAL_ANSWERS_AFTER_MS = 150;

function answerWebApps(root: HTMLElement, isVirtual: boolean): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined;
  const channel = new BroadcastChannel(THIS_PC_CHANNEL);
  const answer = (): void => {
    const { deviceId, owner } = root.dataset;
    if (!deviceId || owner !== 'owner') return;
    channel.postMessage({ kind: 'display_here', device_id: deviceId } satisfies ThisPcMessage);
  };
  channel.onmessage = ({ data }) => {
    if (readThisPcMessage(data)?.kind !== 'who_is_there') return;
    if (isVirtual) setTimeout(answer, VIRTUAL_ANSWERS_AFTER_MS);
    else answer();
  };
  return () => channel.close();
}

answerWebApps(document.documentElement, new URLSearchParams(location.search).get('display') === 'virtual');
