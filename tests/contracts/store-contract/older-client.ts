/** A display that a client of the original design drives: silent while it works, and without a clock of its own. */
import { describe, expect, it } from 'vitest';
import type { DeviceCommand } from '../../../shared/wire/device.ts';
import type { RelayStore } from '../../../relay/store/relay-store.ts';
import { link, post, refusal, register, report, take } from '../store-steps.ts';
import { stateOf, type Sites } from './sites.ts';

/** A picture of its size takes so long at 9600 baud. */
const UPLOAD_MS = 55_000;
const DISPLAY_MS = 300_000;
const LEASE_MS = 15_000;
/** Beyond its time, a QR waits so long for the client's word. */
const GRACE_MS = 180_000;

async function olderCounter(store: RelayStore): Promise<void> {
  await register(store, 'd1', { kind: 'other' });
  await link(store, 'a1', 'd1');
}

const sendPicture = async (store: RelayStore, name: string, options: object = {}): Promise<string> =>
  (await post(store, 'a1', name, { picture: `data:image/png;base64,${btoa(name)}`, isPictureOnly: true, ...options }))
    .commandId;

const words = (commands: readonly DeviceCommand[]): string[] => commands.map(({ type }) => type);

export function olderClient({ begin }: Sites): void {
  describe('an older client', () => {
    /** Shown, with the upload's silence. */
    const show = async (store: RelayStore, site: { now: number }, name: string, options: object = {}) => {
      const commandId = await sendPicture(store, name, options);
      await take(store, 'd1');
      site.now += UPLOAD_MS;
      await store.sweep();
      await report(store, 'd1', commandId, 'success');
      return commandId;
    };

    it('is silent while it uploads: its lease stands, past the QR’s own time and a newer QR', async () => {
      const { site, store } = await begin();
      await olderCounter(store);
      const first = await sendPicture(store, 'one', { ttlMs: 30_000 });
      expect(await take(store, 'd1')).toMatchObject([{ command_id: first, type: 'display_qr' }]);
      site.now += UPLOAD_MS - 5_000;
      await store.sweep();
      const second = await sendPicture(store, 'two');
      site.now += 5_000;
      await store.sweep();
      expect(await stateOf(store, first)).toBe('delivered');
      const done = { deviceId: 'd1', commandId: first, status: 'success', execution_time: 55.2 } as const;
      expect(await store.report(done)).toMatchObject({ state: 'displayed' });
      expect(await store.command(first)).toMatchObject({ deliveries: 1, executionMs: 55_200 });
      expect(await take(store, 'd1')).toMatchObject([{ command_id: second, retry_count: 0 }]);
      site.now += UPLOAD_MS;
      await report(store, 'd1', second, 'success');
      expect(await stateOf(store, first)).toBe('cleared replaced');
      expect(await take(store, 'd1')).toEqual([]);
    });

    it('that asks again after an ordinary lease has lost what it did not report, and gets it again', async () => {
      const { site, store } = await begin();
      await olderCounter(store);
      const commandId = await sendPicture(store, 'one');
      await take(store, 'd1');
      site.now += LEASE_MS - 1;
      expect(await take(store, 'd1')).toEqual([]);
      site.now += 1;
      expect(await take(store, 'd1')).toMatchObject([{ command_id: commandId, retry_count: 1 }]);
      // One that does say that it is at work has a lease of the same length.
      await report(store, 'd1', commandId, 'uploading');
      site.now += UPLOAD_MS;
      await store.sweep();
      expect(await stateOf(store, commandId)).toBe('delivered');
      site.now += 2 * UPLOAD_MS;
      await store.sweep();
      expect(await stateOf(store, commandId)).toBe('pending');
    });

    it('is told to take a QR off when its time is over, and the QR ends with its word', async () => {
      const { site, store } = await begin();
      await olderCounter(store);
      const commandId = await show(store, site, 'one');
      site.now += DISPLAY_MS - 1;
      await store.sweep();
      expect(await take(store, 'd1')).toEqual([]);
      site.now += 1;
      await store.sweep();
      expect(await store.command(commandId)).toMatchObject({ state: 'displayed', clearing: 'timeout' });
      const [clearer] = await take(store, 'd1');
      expect(clearer).toMatchObject({ type: 'start_rotation', clears: commandId, reason: 'closed' });
      await report(store, 'd1', clearer.command_id, 'success');
      expect(await stateOf(store, commandId)).toBe('cleared timeout');
      expect(await take(store, 'd1')).toEqual([]);
    });

    it('that is away when the time is over hears of it when it is back; the QR ends before that', async () => {
      const { site, store } = await begin();
      await olderCounter(store);
      const commandId = await show(store, site, 'one');
      site.now += DISPLAY_MS;
      await store.sweep();
      site.now += GRACE_MS - 1;
      await store.sweep();
      expect(await stateOf(store, commandId)).toBe('displayed');
      site.now += 1;
      await store.sweep();
      expect(await stateOf(store, commandId)).toBe('cleared disconnected');
      site.now += 12 * 3_600_000;
      expect(words(await take(store, 'd1'))).toEqual(['start_rotation']);
    });

    it('whose QR is being taken off when its time is over is not told twice', async () => {
      const { site, store } = await begin();
      await olderCounter(store);
      const commandId = await show(store, site, 'one');
      await store.clear(commandId, 'cancelled');
      site.now += DISPLAY_MS;
      await store.sweep();
      const commands = await take(store, 'd1');
      expect(words(commands)).toEqual(['start_rotation']);
      await report(store, 'd1', commands[0]?.command_id ?? '', 'success');
      expect(await stateOf(store, commandId)).toBe('cleared cancelled');
    });

    it('gets “paid” as the word that it knows; the history keeps what it was', async () => {
      const { site, store } = await begin();
      await olderCounter(store);
      const commandId = await show(store, site, 'one');
      const paid = await store.paid({ kind: 'command', id: commandId });
      const [clearer] = await take(store, 'd1');
      expect(clearer).toMatchObject({ command_id: paid.commandId, type: 'start_rotation', reason: 'paid' });
      await report(store, 'd1', clearer.command_id, 'success');
      expect(await stateOf(store, commandId)).toBe('cleared paid');
      expect(await store.command(clearer.command_id)).toMatchObject({ type: 'show_paid', reason: 'done' });
    });

    it('whose QR fails is told to take the one before it off', async () => {
      const { site, store } = await begin();
      await olderCounter(store);
      const first = await show(store, site, 'one');
      const second = await sendPicture(store, 'two');
      await take(store, 'd1');
      expect(await report(store, 'd1', second, 'failed')).toEqual({ state: 'failed', reason: 'display_failed' });
      const [clearer] = await take(store, 'd1');
      expect(clearer).toMatchObject({ type: 'start_rotation', clears: first });
      await report(store, 'd1', clearer.command_id, 'success');
      expect(await stateOf(store, first)).toBe('cleared replaced');
      // One that fails alone, or is no QR, takes nothing off.
      await store.startRotation({ kind: 'device', id: 'd1' }, 'closed');
      const [idle] = await take(store, 'd1');
      await report(store, 'd1', idle.command_id, 'error');
      expect(await take(store, 'd1')).toEqual([]);
    });

    it.each(['display_qr', 'test_card', 'identify', 'show_message', 'check_display'] as const)(
      'is not sent %s as text: who posts it is told so, and one that waits already fails',
      async (type) => {
        const { store } = await begin();
        await register(store, 'd1');
        await link(store, 'a1', 'd1');
        const { commandId } = await post(store, 'a1', 'words', { type });
        // The PC goes back to the original program.
        await register(store, 'd1', { kind: 'other' });
        expect(await take(store, 'd1')).toEqual([]);
        expect(await store.command(commandId)).toMatchObject({
          state: 'failed',
          reason: 'display_failed',
          error: expect.stringContaining('original program') as string,
        });
        expect(await refusal(post(store, 'a1', 'words', { type }))).toBe('unsupported_by_display');
      },
    );
  });
}
