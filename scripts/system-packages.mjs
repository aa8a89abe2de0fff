/**
 * On Debian and its kin, installs what the tests use besides Node: what scripts/tools.mjs asks for and does not find.
 * Elsewhere, or without the right to install, prints which of it is there and which is missing. Never fails the run:
 * each test asks again for what it needs and skips itself with the reason.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { askAgain, noTool, TOOLS, tableOf, toolsOf } from './tools.mjs';
import { candidates } from './tools/ask.mjs';

/** The first of its name: what installs is believed, because each tool is asked again afterwards. */
const first = (name) => candidates(name)[0];

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
  const sudo = first('sudo');
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

const canInstall = () =>
  process.platform === 'linux' && isDebian() && first('apt-get') !== undefined && rootPrefix() !== undefined;

/** True when apt-get installed all of them. */
export function aptInstall(packages) {
  const prefix = rootPrefix();
  if (!canInstall() || !prefix) return false;
  console.log(`Installing ${packages.join(', ')} with apt-get (once) …`);
  const [command, ...args] = [...prefix, '/bin/sh', '-c', INSTALL, 'install', ...packages];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10 * 60_000 });
  if (status !== 0)
    console.log(
      `apt-get could not install them: ${`${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n').slice(-3).join(' ')}`,
    );
  return status === 0;
}

const missingOf = (rows) => rows.filter(({ why }) => why !== undefined);
const packagesOf = (rows) => [
  ...new Set(rows.flatMap(({ name }) => TOOLS.find((tool) => tool.name === name).packages)),
];

/**
 * Asks for all tools of the suite, installs what is missing where that is possible, and prints the whole table when
 * something stays missing, the browser included, which scripts/chromium.mjs installs.
 * @param {{ long?: boolean }} options `long`: for `npm run test:long`, too
 */
export async function ensureSystemPackages({ long = false } = {}) {
  const look = () => toolsOf({ long });
  const wanted = packagesOf(missingOf(look()).filter(({ name }) => name !== 'Chromium'));
  if (wanted.length > 0 && canInstall()) {
    // One package that this release does not have must not keep the others away.
    if (!aptInstall(wanted)) for (const one of wanted) aptInstall([one]);
    askAgain();
  }
  const rows = look();
  if (missingOf(rows).length === 0) return;
  console.log('What this machine has; tests that need what is missing are skipped:');
  for (const line of tableOf(rows)) console.log(line);
}

/** Installs a tool where that is possible. @throws Error with the reason and `advice` when it cannot be had */
export function ensureTool(name, advice) {
  if (noTool(name) === undefined) return;
  aptInstall(packagesOf([{ name }]));
  askAgain();
  const why = noTool(name);
  if (why !== undefined) throw new Error(`There is ${why}. ${advice}`);
}
