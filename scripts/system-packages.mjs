/**
 * On Debian and its kin, installs what the tests use besides Node: a C compiler and libudev's header (real Web Serial on a pseudo terminal),
 * redis-server, nginx, Xvfb, zbarimg, djpeg, ImageMagick, fonts, and what the guides and deploy/ are written for (curl, logrotate, systemd, PHP, Python).
 * Elsewhere, or without the right to install, says what the tests will skip. Never fails the run: each test asks again for what it needs
 * and skips itself with the reason.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** First executable of this name on PATH, or where servers are kept, which is not on everyone's PATH. */
export function which(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders.filter(Boolean)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

const NEEDED = [
  { name: 'gcc', packages: ['gcc', 'libc6-dev'], there: () => which('gcc') && existsSync('/usr/include/stdio.h') },
  { name: 'libudev header', packages: ['libudev-dev'], there: () => existsSync('/usr/include/libudev.h') },
  { name: 'redis-server', packages: ['redis-server'], there: () => which('redis-server') },
  { name: 'nginx', packages: ['nginx'], there: () => which('nginx') },
  { name: 'Xvfb', packages: ['xvfb', 'xauth'], there: () => which('Xvfb') },
  { name: 'zbarimg', packages: ['zbar-tools'], there: () => which('zbarimg') },
  { name: 'djpeg', packages: ['libjpeg-turbo-progs'], there: () => which('djpeg') },
  { name: 'convert', packages: ['imagemagick'], there: () => which('magick') || which('convert') },
  {
    name: 'python3-pil',
    packages: ['python3-pil'],
    there: () => spawnSync('/usr/bin/python3', ['-c', 'import PIL.Image'], { stdio: 'ignore' }).status === 0,
  },
  // Names in other scripts, as Chromium and the tray draw them: Greek, Cyrillic and Arabic; Thai; Chinese and Japanese.
  ...[
    ['fonts-dejavu-core', 'dejavu/DejaVuSans.ttf'],
    ['fonts-tlwg-garuda-ttf', 'tlwg/Garuda.ttf'],
    ['fonts-wqy-zenhei', 'wqy/wqy-zenhei.ttc'],
  ].map(([name, file]) => ({ name, packages: [name], there: () => existsSync(`/usr/share/fonts/truetype/${file}`) })),
  { name: 'git', packages: ['git'], there: () => which('git') },
  { name: 'curl', packages: ['curl'], there: () => which('curl') },
  { name: 'openssl', packages: ['openssl'], there: () => which('openssl') },
  { name: 'logrotate', packages: ['logrotate'], there: () => which('logrotate') },
  { name: 'systemd-analyze', packages: ['systemd'], there: () => which('systemd-analyze') },
  { name: 'php', packages: ['php-cli'], there: () => which('php') },
  { name: 'python3', packages: ['python3'], there: () => which('python3') },
];

/** What only `npm run test:long` uses: the Wine suite of the tray and its signing. */
const NEEDED_LONG = [
  { name: 'wine64', packages: ['wine64'], there: () => existsSync('/usr/lib/wine/wine64') || which('wine64') },
  { name: 'makensis', packages: ['nsis'], there: () => which('makensis') },
  { name: 'wixl', packages: ['wixl', 'msitools'], there: () => which('wixl') && which('msibuild') },
  { name: 'xdotool', packages: ['xdotool'], there: () => which('xdotool') },
  { name: 'import', packages: ['imagemagick'], there: () => which('import') },
  { name: 'osslsigncode', packages: ['osslsigncode'], there: () => which('osslsigncode') },
  {
    name: 'softhsm2-util',
    packages: ['softhsm2', 'libengine-pkcs11-openssl', 'opensc'],
    there: () => which('softhsm2-util') && which('pkcs11-tool'),
  },
];

export function isDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** How to become root without asking anybody, or undefined. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = which('sudo');
  return sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? [sudo, '-n'] : undefined;
}

/**
 * Keeps packages that bring a server (redis, nginx) from starting it: the tests start their own on free ports.
 * Debian's maintainer scripts ask this file first.
 */
const INSTALL = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" \
  || { apt-get -q update && apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"; }
`;

/** True when apt-get installed all of them. */
export function aptInstall(packages) {
  const prefix = rootPrefix();
  if (process.platform !== 'linux' || !isDebian() || !which('apt-get') || !prefix) return false;
  console.log(`Installing ${packages.join(', ')} with apt-get (once) …`);
  const [command, ...args] = [...prefix, '/bin/sh', '-c', INSTALL, 'install', ...packages];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10 * 60_000 });
  if (status !== 0)
    console.log(
      `apt-get could not install them: ${`${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n').slice(-3).join(' ')}`,
    );
  return status === 0;
}

/** @param {{ long?: boolean }} options `long`: for `npm run test:long`, too */
export async function ensureSystemPackages({ long = false } = {}) {
  if (process.platform !== 'linux') {
    console.log(
      `Tests that need Linux (real Web Serial on a pseudo terminal, Redis, nginx) are skipped on ${process.platform}.`,
    );
    return;
  }
  const missing = [...NEEDED, ...(long ? NEEDED_LONG : [])].filter(({ there }) => !there());
  if (missing.length === 0) return;
  if (!aptInstall(missing.flatMap(({ packages }) => packages)))
    // One package that this release does not have must not keep the others away.
    for (const { packages } of missing) aptInstall(packages);
  const still = missing.filter(({ there }) => !there()).map(({ name }) => name);
  if (still.length > 0)
    console.log(`Not here, and not installable from here: ${still.join(', ')}. Tests that need them are skipped.`);
}
