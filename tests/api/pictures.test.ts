/**
 * From what an admin sets and a web app posts to what the web app is told: the real relay, a whole station, real
 * pictures, a simulated display.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fetchHttp } from '../../kiosk/worker/fetch-http.ts';
import { realClock } from '../../shared/util/clock.ts';
import { createSimulatedPort } from '../../shared/simulator/simulated-port.ts';
import { SimulatedDisplay } from '../../shared/simulator/simulated-display.ts';
import type { AdminCommand } from '../../shared/wire/admin/command.ts';
import type { PictureMaker, Screen } from '../../shared/picture/picture.ts';
import type { PictureFacts, PictureSettings } from '../../shared/wire/picture.ts';
import { Station } from '../../shared/station/station.ts';
import type { StationEvent } from '../../shared/station/station-types.ts';
import { corpusMaker } from '../support/corpus/check.ts';
import { drawCode } from '../support/corpus/codes.ts';
import { paintCode, toDataUri } from '../support/corpus/paint.ts';
import { emvString } from '../support/corpus/payloads.ts';
import { Dice } from '../support/corpus/random.ts';
import { eventually } from '../support/wait.ts';
import { KEYS, RelayApp } from '../support/relay-app.ts';
import { MapMemory, seeded } from '../support/station/station-rig.ts';
import { removeFolder } from '../support/remove-folder.ts';

/** One counter that may be switched off and on again together with its relay; both keep what they keep. */
class Site {
  readonly events: StationEvent[] = [];
  /** Of each picture that was made. */
  readonly made: { readonly screen: Screen; readonly settings: PictureSettings }[] = [];
  readonly #memory = new MapMemory();
  display = new SimulatedDisplay({ clock: realClock, nativeUsb: true, bootMs: 50 });

  private constructor(
    readonly dataDir: string,
    public relay: RelayApp,
    public station: Station,
  ) {}

  static async open(): Promise<Site> {
    const dataDir = await mkdtemp(join(tmpdir(), 'counterqr-site-'));
    const relay = await RelayApp.start({ env: { DATA_DIR: dataDir } });
    const site = new Site(dataDir, relay, undefined as unknown as Station);
    await site.#startStation();
    return site;
  }

  async #startStation(): Promise<void> {
    const maker = await corpusMaker();
    const pictures: PictureMaker = {
      make: (screen, options) => {
        this.made.push({ screen, settings: options.settings });
        return maker.make(screen, options);
      },
      read: (dataUri, signal) => maker.read(dataUri, signal),
    };
    this.display = new SimulatedDisplay({ clock: realClock, nativeUsb: true, bootMs: 50 });
    this.station = new Station({
      identity: { computerName: 'SHOWROOM-PC-01', kind: 'kiosk', version: '0.0.0', enrolKey: KEYS.enrol },
      http: fetchHttp(`${this.relay.url}/api/device`),
      ports: createSimulatedPort(this.display, { clock: realClock, resetOnOpen: false, usbVendorId: 0x303a }),
      pictures,
      memory: this.#memory,
      random: seeded(1),
      onEvent: (event) => this.events.push(event),
    });
    await this.station.start();
    const from = this.events.length;
    await eventually(() => expect(this.events.slice(from)).toContainEqual({ kind: 'relay', state: 'online' }));
  }

  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.station.stop();
    await this.relay.stop();
    this.relay = await RelayApp.start({ env: { DATA_DIR: this.dataDir, ...env } });
    await this.#startStation();
  }

  async close(): Promise<void> {
    await this.station.stop();
    await this.relay.stop();
    removeFolder(this.dataDir);
  }

  get deviceId(): string {
    const said = this.events.findLast((event) => event.kind === 'identity');
    return said?.kind === 'identity' ? said.deviceId : '';
  }

  logged(name: string): boolean {
    return this.events.some((event) => event.kind === 'log' && event.entry.event === name);
  }

  /**
   * Posts it, waits until it is on the screen, and answers what the web app is told and what the admin's history says.
   */
  async pictureOf(
    more: Readonly<Record<string, unknown>>,
  ): Promise<readonly [webApp: PictureFacts, admin: PictureFacts]> {
    const id = await this.relay.qr('agent-1', { qr_text: undefined, ...more });
    return eventually(async () => {
      const { body } = await this.relay.get(`/command/${id}?wait=5`, KEYS.app);
      expect(body.state).toBe('displayed');
      const history = await this.relay.get(`/device/${encodeURIComponent(this.deviceId)}`, KEYS.admin);
      const commands = history.body.commands as AdminCommand[];
      return [body.picture as PictureFacts, commands.find(({ command_id }) => command_id === id)?.picture ?? {}];
    });
  }
}

let site: Site;
beforeEach(async () => {
  site = await Site.open();
  const link = { agent_id: 'agent-1', device_id: site.deviceId };
  expect((await site.relay.post('/link', link, KEYS.app)).status).toBe(200);
});
afterEach(() => site.close());

it('a payment string with a wrong checksum is shown, and anyone who asks is told', async () => {
  const right = await site.pictureOf({ qr_text: emvString(new Dice(1), 'right') });
  for (const facts of right) expect(facts).toEqual({ ...facts, verified: true, note: undefined });
  expect(site.logged('picture_noted')).toBe(false);
  const wrong = await site.pictureOf({ qr_text: emvString(new Dice(1), 'wrong') });
  for (const facts of wrong) expect(facts).toMatchObject({ verified: true, note: 'emv_crc_mismatch' });
  expect(site.logged('picture_noted')).toBe(true);
});

it('who pays how much, as the web app says it, is what the code’s caption is made of', async () => {
  const qr_text = 'https://pay.example/8';
  await site.pictureOf({ qr_text, customer_name: 'Zoë Nguyễn', amount: '1,200.50', currency: 'THB' });
  const caption = { customerName: 'Zoë Nguyễn', amount: '1,200.50', currency: 'THB' };
  expect(site.made.map(({ screen }) => screen)).toContainEqual({
    kind: 'qr',
    source: { kind: 'text', text: qr_text },
    caption,
  });
});

it('a display’s settings reach its pictures, and outlive a restart of relay and kiosk', async () => {
  const qr_image = toDataUri(
    paintCode(await drawCode('zint', 'https://pay.example/7', 'M'), { sizePx: 300, quiet: 4 }),
  );
  expect((await site.pictureOf({ qr_image }))[0]).toMatchObject({ verified: true });
  const wish = { picture: 'photo', budget_ms: 2_500 };
  const set = await site.relay.post(`/device/${encodeURIComponent(site.deviceId)}/settings`, wish, KEYS.admin);
  expect(set.status).toBe(200);
  expect((await site.pictureOf({ qr_image }))[0]).toMatchObject({ verified: false, note: 'kept_as_photo' });

  const before = site.made.length;
  await site.restart();
  // The kiosk by itself: no command has brought the settings since.
  await eventually(() => site.station.showTestCard());
  expect(site.made.slice(before).map(({ settings }) => settings)).toContainEqual(expect.objectContaining(wish));
  expect(site.made.slice(before).every(({ settings }) => settings.picture === 'photo')).toBe(true);
  // The relay by itself.
  expect((await site.pictureOf({ qr_image }))[0]).toMatchObject({ verified: false, note: 'kept_as_photo' });
});

it('with DRAW=native a display is told the payload of the image in text; its own setting wins, and the relay is told who drew it', async () => {
  await site.restart({ DRAW: 'native' });
  const text = 'https://pay.example/native';
  const qr_image = toDataUri(paintCode(await drawCode('zint', text, 'M'), { sizePx: 300, quiet: 4 }));
  const more = { amount: '1200.5', currency: 'MUR', customer_name: 'A. Martin' };
  for (const facts of await site.pictureOf({ qr_image, ...more })) {
    expect(facts).toMatchObject({ drawn_by: 'display', caption: true });
    expect(facts).not.toHaveProperty('verified');
  }
  expect(site.display.screen).toEqual({ kind: 'native', name: 'qr', args: [text, 'MUR 1,200.50', 'A. Martin'] });
  const path = `/device/${encodeURIComponent(site.deviceId)}`;
  const settings = async () => (await site.relay.get(path, KEYS.admin)).body.device.settings as PictureSettings;
  expect(await settings()).toMatchObject({ draw: 'native', welcome_text: '', volume: 0 });
  expect((await site.relay.post(`${path}/settings`, { draw: 'picture' }, KEYS.admin)).status).toBe(200);
  expect(await settings()).toMatchObject({ draw: 'picture' });
  expect((await site.pictureOf({ qr_image }))[0]).toMatchObject({ verified: true });
  expect(site.display.screen).toMatchObject({ kind: 'picture' });
});

it.each([{ draw: 'both' }, { welcome_text: 'Bienvenue à tous' }, { welcome_text: 'a**b' }, { volume: 22 }])(
  'the settings %j are refused',
  async (wish) => {
    const set = await site.relay.post(`/device/${encodeURIComponent(site.deviceId)}/settings`, wish, KEYS.admin);
    expect(set).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  },
);
