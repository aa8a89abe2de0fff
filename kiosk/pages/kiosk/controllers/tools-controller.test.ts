import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unknownStation, type StationView } from '../data/station-view.ts';
import type { AskResult } from '../../../worker/messages.ts';
import { NOTICE_LASTS_MS, ToolsController } from './tools-controller.ts';

const ASHA = { name: 'Asha', since: '2026-11-30T10:00:00.000Z' };
const RAVI = { name: 'Ravi', since: '2026-11-30T10:05:00.000Z' };

function makeTools(answer: AskResult = { ok: true, code: 'KX4T9P' }) {
  let nowMs = 0;
  let view: StationView = unknownStation;
  const host = { addController: () => undefined, requestUpdate: vi.fn() };
  const tools = new ToolsController(host as never, {
    view: () => view,
    ask: () => Promise.resolve(answer),
    now: () => nowMs,
  });
  const pass = (ms: number): void => {
    nowMs += ms;
    tools.hostUpdate();
  };
  const see = (more: Partial<StationView>): void => {
    view = { ...view, ...more };
    tools.hostUpdate();
  };
  return { tools, host, pass, see };
}

describe('the sentence about what the agent asked for', () => {
  it('is there while it is being done, and goes by itself after 20 s', async () => {
    const { tools, pass } = makeTools();
    const showing = tools.showTestCard();
    expect(tools.notice).toBe('Sending the test card …');
    pass(60_000);
    expect(tools.notice).toBe('Sending the test card …');
    await showing;
    expect(tools.notice).toBe('The test card was shown.');
    pass(NOTICE_LASTS_MS - 1);
    expect(tools.notice).toBe('The test card was shown.');
    pass(1);
    expect(tools.notice).toBe('');
  });

  it('says why it failed, and goes, too', async () => {
    const { tools, pass } = makeTools({ ok: false, why: 'not_ready', sentence: 'x' });
    await tools.showTestCard();
    expect(tools.notice).toMatch(/not ready/);
    pass(NOTICE_LASTS_MS);
    expect(tools.notice).toBe('');
  });
});

describe('a pairing code', () => {
  it('is there for five minutes, with the time that is left', async () => {
    const { tools, pass } = makeTools();
    await tools.askForPairingCode();
    expect(tools.pairing).toEqual({ code: 'KX4T9P', leftMs: 300_000 });
    pass(61_000);
    expect(tools.pairing?.leftMs).toBe(239_000);
    pass(239_000);
    expect(tools.pairing).toBeUndefined();
    expect(tools.codeAgeMs).toBe(Infinity);
  });

  it('goes at once when it was used, and the page says who is linked', async () => {
    const { tools, see, pass } = makeTools();
    see({ linked: ASHA });
    await tools.askForPairingCode();
    see({ linked: RAVI, usedCode: { code: 'OLDONE', agent: RAVI } });
    expect(tools.pairing).toBeDefined();
    see({ usedCode: { code: 'KX4T9P', agent: RAVI } });
    expect(tools.pairing).toBeUndefined();
    expect(tools.notice).toBe('The pairing code was used: linked to Ravi.');
    pass(NOTICE_LASTS_MS);
    expect(tools.notice).toBe('');
  });

  it('is not left over when another window takes the display', async () => {
    const { tools } = makeTools();
    await tools.askForPairingCode();
    tools.forget();
    expect(tools.pairing).toBeUndefined();
  });
});

describe('the seconds', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('go on by themselves while there is something that ends, and only then', async () => {
    const { tools, host } = makeTools();
    tools.hostConnected();
    vi.advanceTimersByTime(5_000);
    expect(host.requestUpdate).not.toHaveBeenCalled();
    await tools.askForPairingCode();
    host.requestUpdate.mockClear();
    vi.advanceTimersByTime(3_000);
    expect(host.requestUpdate).toHaveBeenCalledTimes(3);
    tools.hostDisconnected();
  });
});
