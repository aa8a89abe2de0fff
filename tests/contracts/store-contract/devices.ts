/** Displays come, are approved, counted, renamed, and go. */
import { describe, expect, it } from 'vitest';
import { counter, link, post, refusal, register, report, take } from '../store-steps.ts';
import { stateOf, type Sites } from './sites.ts';

export function devices({ begin }: Sites): void {
  describe('devices', () => {
    it('a known id needs its own token, or an admin, or an admin’s leave', async () => {
      const { site, store } = await begin();
      await register(store, 'd1');
      const as = (
        presentedHash: string | null,
        more: { mayEnrol?: boolean; mayReEnrol?: boolean; system?: string } = {},
      ) =>
        store.register({
          deviceId: 'd1',
          computerName: 'Else',
          comPort: 'COM3',
          version: '2',
          kind: 'tray',
          presentedHash,
          newHash: 'new',
          mayEnrol: true,
          mayReEnrol: false,
          ...more,
        });
      expect(await refusal(as(null))).toBe('device_exists');
      expect(await refusal(as('wrong'))).toBe('device_exists');
      expect(await refusal(as(null, { mayEnrol: false }))).toBe('unauthorized');
      expect(await as('hash of d1', { mayEnrol: false, system: 'Windows 11' })).toEqual({ isNewToken: false });
      expect(await as('hash of d1')).toEqual({ isNewToken: false });
      expect(await store.device('d1')).toMatchObject({
        computerName: 'PC of d1',
        comPort: 'COM3',
        version: '2',
        system: 'Windows 11',
        kind: 'tray',
      });
      await store.changeDevice('d1', { kind: 'revoke' }, 'admin');
      expect(await refusal(as('hash of d1'))).toBe('device_exists');
      await store.changeDevice('d1', { kind: 'allow_reenrol', forMs: 1_000 }, 'admin');
      site.now += 999;
      expect(await as(null)).toEqual({ isNewToken: true });
      expect(await refusal(as(null))).toBe('device_exists');
      expect(await as(null, { mayReEnrol: true })).toEqual({ isNewToken: true });
    });

    it('whose own token stands already gets it again, and only who made that token up may say so', async () => {
      const { store } = await begin();
      const come = (newHash: string, isItsOwnIdea: boolean, more: { deviceId?: string; mayEnrol?: boolean } = {}) =>
        store.register({
          deviceId: 'd1',
          computerName: 'PC',
          comPort: null,
          version: null,
          kind: 'kiosk',
          presentedHash: null,
          newHash,
          isItsOwnIdea,
          mayEnrol: true,
          mayReEnrol: false,
          ...more,
        });
      expect(await come('its own', true)).toEqual({ isNewToken: true });
      // The answer was lost.
      expect(await come('its own', true)).toEqual({ isNewToken: true });
      expect(await refusal(come('its own', false))).toBe('device_exists');
      expect(await refusal(come('a guess', true))).toBe('device_exists');
      expect(await refusal(come('its own', true, { deviceId: 'd2', mayEnrol: false }))).toBe('unauthorized');
      expect((await store.device('d1'))?.tokenHash).toBe('its own');
      await store.changeDevice('d1', { kind: 'revoke' }, 'admin');
      expect(await refusal(come('its own', true))).toBe('device_exists');
    });

    it('a name that another display has takes an admin; names and displays have caps', async () => {
      const { store } = await begin({ rules: { maxDisplays: 3, maxDisplaysPerName: 2 } });
      const come = (deviceId: string, computerName: string, mayReEnrol = false) =>
        register(store, deviceId, { computerName, mayReEnrol });
      await come('d1', 'DESK');
      expect(await refusal(come('d2', ' desk '))).toBe('name_taken');
      await come('d2', 'Desk', true);
      // Who is in already is not counted again.
      expect(await come('d1', 'DESK')).toEqual({ isNewToken: false });
      expect(await refusal(come('d3', 'DESK', true))).toBe('too_many_displays');
      await come('d3', 'OTHER');
      expect(await refusal(come('d4', 'FOURTH'))).toBe('too_many_displays');
      await store.removeDevice('d2', 'admin');
      await come('d4', 'FOURTH');
      await store.removeDevice('d1', 'admin');
      // The name is free again.
      await come('d5', 'DESK');
      expect((await store.devices()).map(({ device }) => device.deviceId).sort()).toEqual(['d3', 'd4', 'd5']);
    });

    it('renames, sets and removes; what was open for a removed display ends', async () => {
      const { store } = await begin();
      await counter(store, 'd1', 'a1');
      await register(store, 'd2', { computerName: 'PC of d1', mayReEnrol: true });
      await store.changeDevice('d1', { kind: 'rename', computerName: 'Desk 1' }, 'admin');
      await store.changeDevice('d1', { kind: 'settings', settings: { caption: 'always' } }, 'admin');
      await store.changeDevice('d1', { kind: 'settings', settings: { rotate: 180 } as never }, 'admin');
      expect(await store.device('d1')).toMatchObject({ computerName: 'Desk 1', settings: { caption: 'always' } });
      const { commandId } = await post(store, 'a1', 'pay');
      await store.createPairing('d1');
      await store.removeDevice('d1', 'admin');
      expect(await stateOf(store, commandId)).toBe('failed device_removed');
      expect(await store.device('d1')).toBeUndefined();
      expect(await refusal(Promise.resolve(store.claim('d1')))).toBe('unknown_device');
      expect(await refusal(store.removeDevice('d1', 'admin'))).toBe('unknown_device');
      expect((await store.devices()).map(({ device }) => device.deviceId)).toEqual(['d2']);
      await store.removeDevice('d2', 'admin');
      expect(await store.devices()).toEqual([]);
    });

    it('an approval lets in its own display, once, and takes no working display’s place', async () => {
      const { store } = await begin();
      const ask = async (requestId: string, deviceId: string, secretHash = 's') => {
        await store.requestEnrolment({ requestId, secretHash, deviceId, computerName: 'PC', address: '192.0.2.1' });
        await store.decideEnrolment(requestId, 'approved', 'admin');
      };
      const come = (requestId: string, deviceId: string, presentedHash: string, computerName = 'PC') =>
        store.register({
          deviceId,
          computerName,
          comPort: null,
          version: null,
          kind: 'kiosk',
          presentedHash,
          newHash: 'token',
          mayEnrol: false,
          mayReEnrol: false,
          requestId,
        });
      await store.requestEnrolment({
        requestId: 'r0',
        secretHash: 's',
        deviceId: 'd1',
        computerName: 'PC',
        address: '192.0.2.1',
      });
      expect(await refusal(come('r0', 'd1', 's'))).toBe('unauthorized');
      await ask('r1', 'd1');
      expect(await refusal(come('r1', 'd2', 's'))).toBe('unauthorized');
      expect(await refusal(come('r1', 'd1', 's', 'OTHER-PC'))).toBe('unauthorized');
      expect(await refusal(come('r1', 'd1', 'guess'))).toBe('unauthorized');
      expect(await refusal(come('r9', 'd1', 's'))).toBe('unauthorized');
      expect(await come('r1', 'd1', 's')).toEqual({ isNewToken: true });
      expect(await refusal(come('r1', 'd1', 's'))).toBe('unauthorized');
      expect((await store.enrolments()).map(({ requestId }) => requestId)).toEqual(['r0']);
      await ask('r2', 'd1');
      expect(await refusal(come('r2', 'd1', 's'))).toBe('device_exists');
      await store.changeDevice('d1', { kind: 'revoke' }, 'admin');
      expect(await come('r2', 'd1', 's')).toEqual({ isNewToken: true });
    });

    it('counts what each display did today', async () => {
      const { site, store } = await begin();
      await counter(store, 'd1', 'a1');
      const shown = await post(store, 'a1', 'one');
      await take(store, 'd1');
      site.now += 2_000;
      await report(store, 'd1', shown.commandId, 'success');
      const failed = await post(store, 'a1', 'two');
      await take(store, 'd1');
      await report(store, 'd1', failed.commandId, 'error');
      const counts = { qrToday: 2, errorsToday: 1, shownToday: 1, shownMsToday: 2_000, qrTotal: 2 };
      expect((await store.device('d1'))?.counts).toMatchObject(counts);
      site.now += 24 * 3_600_000;
      await link(store, 'a1', 'd1');
      await post(store, 'a1', 'three');
      expect((await store.device('d1'))?.counts).toMatchObject({
        qrToday: 1,
        errorsToday: 0,
        shownToday: 0,
        qrTotal: 3,
      });
    });

    it('is online for nearly 9 s after its last word, and says what it heard', async () => {
      const { site, store } = await begin();
      await register(store, 'd1');
      expect(await store.isOnline('d1')).toBe(false);
      store.recordPoll('d1', { display: 'ready' });
      expect(await store.isOnline('d1')).toBe(true);
      expect(await store.presence('d1')).toMatchObject({ lastPollAt: site.now, display: 'ready' });
      store.hold('d1', 2_000);
      site.now += 2_000;
      store.release('d1', true);
      site.now += 6_600;
      expect((await store.devices())[0]).toMatchObject({ online: true });
      site.now += 1;
      expect((await store.devices())[0]).toMatchObject({ online: false, presence: { display: 'ready' } });
      expect(await store.isOnline('d1')).toBe(false);
    });

    it('a kiosk without a key waits for an admin', async () => {
      const { site, store } = await begin();
      const ask = (requestId: string, address = '192.0.2.1') =>
        store.requestEnrolment({ requestId, secretHash: 'h', deviceId: 'd1', computerName: 'PC', address });
      const { code, verdict } = await ask('r1');
      expect({ verdict, chars: code.length }).toEqual({ verdict: 'waiting', chars: 6 });
      expect((await store.enrolments()).map(({ requestId }) => requestId)).toEqual(['r1']);
      await store.decideEnrolment('r1', 'approved', 'admin');
      expect((await store.enrolment('r1'))?.verdict).toBe('approved');
      await ask('r2');
      await store.decideEnrolment('r2', 'denied', 'admin');
      site.now += 15 * 60_000;
      expect(await store.enrolment('r1')).toBeUndefined();
      expect(await store.enrolments()).toEqual([]);
      expect(await refusal(store.decideEnrolment('r1', 'denied', 'admin'))).toBe('unknown_request');
      // Fifty of one address wait, two hundred in all, of which one more takes the place of one that crowds.
      await Promise.all(Array.from({ length: 200 }, (_, n) => ask(`many ${n}`, `192.0.2.${n % 4}`)));
      await ask('one more', '192.0.2.9');
      const waiting = (await store.enrolments()).map(({ requestId }) => requestId);
      expect(waiting).toHaveLength(200);
      expect(waiting).toContain('one more');
      const [ofMost = ''] =
        [0, 1, 2, 3]
          .map((n) => waiting.filter((id) => Number(id.replace('many ', '')) % 4 === n))
          .find((ids) => ids.length === 50) ?? [];
      const full = `192.0.2.${Number(ofMost.replace('many ', '')) % 4}`;
      expect(await refusal(ask('of a full address', full))).toBe('rate_limited');
      // Only what waits counts.
      await store.decideEnrolment(ofMost, 'denied', 'admin');
      await ask('of that address', full);
    });
  });
}
