/**
 * The Windows executable, its installer and its package, as IT rolls them out and an agent uses them, under Wine. What
 * only real Windows can show is a checklist in docs/tray.md.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readByOthers } from '../../support/simulator/decode.ts';
import { shownPicture } from '../../support/simulator/screen.ts';
import { PortsFolder } from '../../support/simulator/ports-folder.ts';
import { PtyDisplay } from '../../support/simulator/pty-display.ts';
import { KEYS, startRelay, type TestRelay } from '../../support/process/relay.ts';
import { because } from '../../support/requirements.ts';
import { DEPLOYMENTS } from '../../support/tray/deployments.ts';
import { windowsBuild, type WindowsBuild } from '../../support/tray/installer.ts';
import { noWine, WindowsPc } from '../../support/tray/wine.ts';
import { chooseFromMenu, pixelsOf } from '../../support/tray/wine-menu.ts';
import { until } from '../../support/wait.ts';
import { removeFolder } from '../../support/remove-folder.ts';

const why = noWine();
const AGENT = 'agent-windows';
const NAME = 'WINDOWS-PC-03';
const SCREENSHOTS = join(import.meta.dirname, '../../../node_modules/.cache/counterqr/screenshots');
const FOLDER = 'Program Files/CounterQR';
const LINK = 'ProgramData/Microsoft/Windows/Start Menu/Programs/Counter QR.lnk';
const RUN_KEY = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run';
const UNINSTALL_KEY = 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';

describe.skipIf(why !== undefined).each(DEPLOYMENTS)(
  `the tray on Windows by $name, as far as Wine goes${because(why)}`,
  (by) => {
    let relay: TestRelay;
    let ports: PortsFolder;
    let board: PtyDisplay;
    let build: WindowsBuild;
    const pc = new WindowsPc();
    const folder = mkdtempSync(join(tmpdir(), 'counterqr-deploy-'));

    beforeAll(async () => {
      relay = await startRelay();
      ports = new PortsFolder();
      board = new PtyDisplay(ports);
      await board.plug();
      build = await windowsBuild();
      await pc.boot(ports.nodeOf('ttyUSB0'));
      await by.prepare(pc, build, folder);
    }, 20 * 60_000);
    afterAll(async () => {
      await pc.shutDown();
      await board?.remove();
      ports?.remove();
      await relay?.remove();
      removeFolder(folder);
    });
    afterEach((context) => {
      if (context.task.result?.state !== 'fail') return;
      mkdirSync(SCREENSHOTS, { recursive: true });
      pc.screenshot(join(SCREENSHOTS, 'tray-wine-failed.png'));
      console.log('tray:', log().slice(-5_000));
    });

    const log = (): string => pc.text('ProgramData/CounterQR/logs/counterqr.log');
    const untilLog = (what: RegExp, from = 0, timeoutMs = 120_000): Promise<unknown> =>
      until(`the log says ${what}`, () => what.test(log().slice(from)), {
        timeoutMs,
        otherwise: () => log().split('\n').slice(-10),
      });

    /** How often it stands in the list of installed programs. */
    const entries = async (): Promise<number> =>
      (await pc.registry(UNINSTALL_KEY, '/s')).match(/DisplayName\s+REG_SZ\s+Counter QR/g)?.length ?? 0;

    interface Listed {
      readonly device_id: string;
      readonly computer_name: string;
      readonly version: string;
      readonly display: string;
    }
    async function devices(): Promise<readonly Listed[]> {
      return (await relay.call<{ devices: Listed[] }>('GET', '/list', { key: KEYS.admin })).body.devices;
    }

    async function show(text: string): Promise<void> {
      const { command_id } = await relay.postQr(AGENT, text);
      expect(await relay.reaches(command_id, ['displayed', 'failed'], 90_000)).toMatchObject({ state: 'displayed' });
      for (const [decoder, read] of Object.entries(readByOthers(shownPicture(board.display))))
        expect(read, decoder).toBe(text);
    }

    it('is a window program with a name, a version and an icon, of the allowed size', () => {
      const exe = readFileSync(build.exe);
      const peAt = exe.readUInt32LE(0x3c);
      // IMAGE_OPTIONAL_HEADER64.Subsystem: 2 is the graphical one, so that no console window opens.
      expect(exe.readUInt16LE(peAt + 24 + 68)).toBe(2);
      for (const words of ['CompanyName\0', 'Counter QR\0', '1.0.0\0'])
        expect(exe.includes(Buffer.from(words, 'utf16le')), words).toBe(true);
      expect(statSync(build.exe).size).toBeLessThan(95_000_000);
      expect(statSync(build.setup).size).toBeLessThan(25_000_000);
    });

    it('refuses wrong parameters with a code of its own and changes nothing', async () => {
      expect(await pc.command(by.install(['RELAY="qr.example"']))).toMatchObject({ code: by.refused });
      expect(existsSync(pc.path(FOLDER))).toBe(false);
      expect(await entries()).toBe(0);
    });

    it('installs silently for the whole PC: start-up entry, shortcut, settings, uninstaller', async () => {
      const values = [`RELAY="${relay.origin}"`, `ENROL="${KEYS.enrol}"`, `NAME="${NAME}"`, 'START=1'];
      expect(await pc.command(by.install(values))).toMatchObject({ code: 0 });
      expect(readdirSync(pc.path(FOLDER)).sort()).toEqual(by.files);
      expect(existsSync(pc.path(LINK))).toBe(true);
      expect(await pc.registry(RUN_KEY)).toContain('"C:\\Program Files\\CounterQR\\CounterQR.exe" --background');
      expect(await pc.registry(UNINSTALL_KEY, '/s')).toMatch(/DisplayVersion\s+REG_SZ\s+1\.0\.0/);
      expect(await entries()).toBe(1);
    });

    it('finds the display by probing, registers and shows a QR whose payload decodes right', async () => {
      await untilLog(/display_ready: .* on COM5 at 9600 baud/);
      const list = await until('it is registered', async () => (await devices())[0]);
      expect(list).toMatchObject({ computer_name: NAME, version: '1.0.0' });
      expect(list.device_id).toMatch(/^device_WINDOWS-PC-03_[0-9a-f]{6}$/);
      await relay.link(AGENT, list.device_id);
      await show('https://pay.example/p/8842?amount=1250.00&currency=MUR');
      // Its addons lie where only an administrator writes; none was put into the person's folder.
      expect(existsSync(pc.path('users/root/AppData/Local/CounterQR/native'))).toBe(false);
    });

    it('shows a green icon', async () => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await relay.call('POST', '/rotation/start', { body: { agent_id: AGENT, reason: 'closed' } });
      await until('the display is idle', () => board.display.screen.kind === 'rotation');
      const before = join(SCREENSHOTS, 'tray-wine.png');
      pc.screenshot(before);
      // The green of tray/ui/icon-art.ts.
      expect(pixelsOf(before, [0x1a, 0x8f, 0x3c])).toBeGreaterThan(60);
    });

    /** The keys that lead to an item, then Return; whether it was that item is in the log. */
    async function choose(item: string, ...keys: readonly string[]): Promise<number> {
      const from = log().length;
      await chooseFromMenu(pc, join(SCREENSHOTS, 'tray-wine-menu.png'), ...keys, 'Return');
      await untilLog(new RegExp(`menu: ${item}$`, 'm'), from);
      return from;
    }

    it('shows the test card from its menu', async () => {
      await choose('test_card', 'Down', 'Down');
      await until('the test card is on the screen', () => board.display.screen.kind === 'picture');
    });

    it('is red while the cable is out and back by itself after a replug', async () => {
      const from = log().length;
      await board.unplug();
      await untilLog(/display_unplugged/, from);
      const red = join(SCREENSHOTS, 'tray-wine-red.png');
      await until('the icon is red', () => {
        pc.screenshot(red);
        return pixelsOf(red, [0xc6, 0x28, 0x28]) > 60;
      });
      await board.plug();
      await untilLog(/display_ready: .* on COM5/, from);
      await show('https://pay.example/p/after-replug');
    });

    it('does not run twice', async () => {
      const second = await pc.command('"C:\\Program Files\\CounterQR\\CounterQR.exe" --background');
      expect(second.code).toBe(3);
    });

    it('obeys the group policy over what the installer wrote', async () => {
      await pc.wine(['reg', 'add', 'HKLM\\SOFTWARE\\Policies\\CounterQR', '/v', 'Relay', '/d', 'nonsense', '/f']);
      await pc.command('"C:\\Program Files\\CounterQR\\CounterQR.exe" --quit');
      expect(await pc.command('"C:\\Program Files\\CounterQR\\CounterQR.exe" --background')).toMatchObject({ code: 2 });
      await pc.wine(['reg', 'delete', 'HKLM\\SOFTWARE\\Policies\\CounterQR', '/f']);
      pc.start('C:\\Program Files\\CounterQR\\CounterQR.exe', '--background');
      await show('https://pay.example/p/without-policy');
    });

    it('upgrades over itself while it runs, and goes on with its settings and its id', async () => {
      const [before] = await devices();
      const from = log().length;
      expect(await pc.command(by.upgrade)).toMatchObject({ code: 0 });
      expect(log().slice(from)).toContain('ended: The program ended.');
      await untilLog(/started: Counter QR 1\.0\.0/, from);
      await show('https://pay.example/p/after-upgrade');
      expect(await devices()).toMatchObject([{ device_id: before?.device_id, computer_name: NAME }]);
      expect(readdirSync(pc.path(FOLDER)).sort()).toEqual(by.files);
      expect(await entries()).toBe(1);
    });

    const { codes } = by;
    if (codes !== undefined) {
      it('says when the running program cannot be stopped, and changes nothing', async () => {
        // A hung program by another name: it hears nobody, and no one who ends programs by their name finds it.
        copyFileSync(build.exe, pc.path('Hung.exe'));
        await pc.command('"C:\\Program Files\\CounterQR\\CounterQR.exe" --quit');
        const from = log().length;
        pc.start('C:\\Hung.exe', '--background');
        await untilLog(/display_ready/, from);
        const before = statSync(pc.path(FOLDER, 'CounterQR.exe')).mtimeMs;
        pc.signal('Hung.exe', 'SIGSTOP');
        try {
          expect(await pc.command(by.upgrade)).toMatchObject({ code: codes.running });
        } finally {
          pc.signal('Hung.exe', 'SIGCONT');
        }
        expect(statSync(pc.path(FOLDER, 'CounterQR.exe')).mtimeMs).toBe(before);
        expect(readdirSync(pc.path(FOLDER)).sort()).toEqual(by.files);
        await until('the hung one ends after all', async () => (await pc.command('C:\\Hung.exe --quit')).code === 0);
      });

      it('says when a file cannot be written, and leaves the version before working', async () => {
        const inTheWay = pc.path(FOLDER, 'CounterQR.new.exe');
        mkdirSync(inTheWay);
        expect(await pc.command(by.upgrade)).toMatchObject({ code: codes.files });
        removeFolder(inTheWay);
        pc.start('C:\\Program Files\\CounterQR\\CounterQR.exe', '--background');
        await show('https://pay.example/p/by-the-version-before');
      });
    }

    it('leaves nothing behind when it is uninstalled while it runs', async () => {
      // What a copy that ran without installation would have kept.
      mkdirSync(pc.path('users/root/AppData/Local/CounterQR'), { recursive: true });
      writeFileSync(pc.path('users/root/AppData/Local/CounterQR/device.json'), '{}');
      expect(await pc.command(by.remove)).toMatchObject({ code: 0 });
      // The uninstaller goes on as a copy of itself, which may delete the original.
      await until('the folder is gone', () => !existsSync(pc.path(FOLDER)), { timeoutMs: 60_000 });
      for (const path of [LINK, 'ProgramData/CounterQR', 'users/root/AppData/Local/CounterQR'])
        expect(existsSync(pc.path(path)), path).toBe(false);
      expect(await pc.registry(RUN_KEY)).not.toContain('CounterQR');
      expect(await entries()).toBe(0);
      expect(await pc.registry('HKLM\\SOFTWARE\\CounterQR')).toBe('');
      await until('the port is closed', () => !board.open);
    });
  },
);
