/**
 * The Dockerfile built by buildah where no registry can be reached: on a base made of this machine's own Node, npm and
 * shell. Its container's root is mounted read-only for the program that runs in it, by the image's own settings.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../docs/guide.ts';
import { noTool, tool } from '../requirements.ts';

const run = promisify(execFile);
const BUILT_WITHIN_MS = 20 * 60_000;
/** Without a runtime of its own, which wants control groups that a sandbox has not. */
const ISOLATION = ['--isolation', 'chroot'];

async function buildah(...args: string[]): Promise<string> {
  const options = { timeout: BUILT_WITHIN_MS, maxBuffer: 64 << 20, cwd: root };
  return (await run(tool('buildah'), args, options)).stdout.trim();
}

const npmFolder = join(dirname(realpathSync(process.execPath)), '../lib/node_modules/npm');
/** What the attempt says once a folder could not be written, because it was mounted read-only. */
const MOUNTED = 'mounted read-only';
const PROGRAMS = ['/bin/sh', '/usr/bin/env', '/bin/mkdir'];
/** Parts of glibc that a package's native code asks for by name, though they are empty by now. */
const OF_GLIBC = ['librt.so.1', 'libpthread.so.0', 'libdl.so.2', 'libm.so.6', 'libresolv.so.2'];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Shared libraries of a program, by ldd. */
function librariesOf(program: string): string[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  return [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path]) => path ?? '');
}

/** Why no image can be built and run here, found out by doing the least of it; undefined when it can. */
export function noImages(): string | undefined {
  const missing = noTool('buildah');
  if (missing !== undefined) return missing;
  if (process.getuid?.() !== 0) return 'only root may mount an image’s files';
  if (!existsSync(npmFolder)) return `npm does not lie beside Node: no ${npmFolder}`;
  const script = `set -e
container=$("$BUILDAH" from scratch)
trap '"$BUILDAH" rm "$container" > /dev/null' EXIT
folder=$("$BUILDAH" mount "$container")
for file in ${['/bin/sh', ...librariesOf('/bin/sh')].join(' ')}; do
  mkdir -p "$folder$(dirname "$file")" && cp -L "$file" "$folder$file"
done
"$BUILDAH" run ${ISOLATION.join(' ')} "$container" -- /bin/sh -c true
unshare --mount sh -c 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"
if touch "$1/written" 2> /dev/null; then echo "what was mounted read-only can be written" >&2; exit 1; fi
echo "$2"' sh "$folder" '${MOUNTED}'
touch "$folder/written"`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, BUILDAH: tool('buildah') },
    timeout: 120_000,
  });
  const said = stderr.trim().split('\n').at(-1) ?? '';
  // By its effect: a program of one of these names may do nothing, and end well.
  return status === 0 && stdout.includes(MOUNTED)
    ? undefined
    : `buildah runs no program in an image here: ${said || 'it did not end in time'}`;
}

/** Answers the name of an image that has what the Dockerfile needs: node, npm, a shell and mkdir. */
export async function baseImage(name: string): Promise<string> {
  const container = await buildah('from', 'scratch');
  const folder = await buildah('mount', container);
  const copy = (from: string, to = from): void => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    cpSync(realpathSync(from), join(folder, to), { recursive: true });
  };
  const node = realpathSync(process.execPath);
  for (const program of PROGRAMS) copy(program);
  copy(node, '/usr/local/bin/node');
  const libraries = new Set([node, ...PROGRAMS].flatMap(librariesOf));
  const glibc = [...libraries].find((library) => library.endsWith('/libc.so.6'));
  for (const name of OF_GLIBC) libraries.add(join(dirname(glibc ?? '/lib'), name));
  for (const library of libraries) if (existsSync(library)) copy(library);
  copy(npmFolder, '/usr/local/lib/node_modules/npm');
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'));
  if (existsSync(CERTIFICATES)) copy(CERTIFICATES);
  for (const empty of ['proc', 'dev', 'sys', 'tmp', 'root', 'npm-cache']) mkdirSync(join(folder, empty));
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\n');
  const env = { npm_config_cache: '/npm-cache', npm_config_prefer_offline: 'true', NODE_EXTRA_CA_CERTS: CERTIFICATES };
  await buildah('config', ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]), container);
  await buildah('commit', '--rm', container, name);
  return name;
}

export interface ImageFacts {
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly volumes: readonly string[];
}

/** Builds the Dockerfile as it stands. Docker's format, because OCI's knows no health check. */
export async function buildImage(name: string, base: string): Promise<void> {
  const cache = (await run('npm', ['config', 'get', 'cache'])).stdout.trim();
  mkdirSync(cache, { recursive: true });
  const settings = ['--format', 'docker', '--build-arg', `NODE_IMAGE=${base}`, '--volume', `${cache}:/npm-cache`];
  await buildah('build', ...ISOLATION, ...settings, '--pull=never', '--network', 'host', '--tag', name, '.');
}

async function factsOf(name: string): Promise<ImageFacts> {
  const { Docker } = JSON.parse(await buildah('inspect', '--type', 'image', name)) as {
    Docker: {
      config: {
        User: string;
        Env: string[];
        Cmd: string[];
        Healthcheck: { Test: string[] };
        Volumes: Record<string, unknown>;
      };
    };
  };
  const { config } = Docker;
  return {
    user: config.User,
    env: Object.fromEntries(config.Env.map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)])),
    command: config.Cmd,
    healthcheck: config.Healthcheck.Test,
    volumes: Object.keys(config.Volumes),
  };
}

/** What all files of an image take on the disk. */
export async function bytesOf(name: string): Promise<number> {
  const container = await buildah('from', '--pull=never', name);
  const { stdout } = await run('du', ['-s', '--block-size=1', await buildah('mount', container)]);
  await buildah('rm', container);
  return Number(stdout.split('\t')[0]);
}

/** Those that are there. */
export async function removeImages(...names: string[]): Promise<void> {
  for (const name of names) await buildah('rmi', '--force', name).catch(() => undefined);
}

export class TestContainer {
  private constructor(
    readonly facts: ImageFacts,
    readonly folder: string,
    readonly id: string,
  ) {}

  static async of(image: string): Promise<TestContainer> {
    const facts = await factsOf(image);
    const id = await buildah('from', '--pull=never', image);
    return new TestContainer(facts, await buildah('mount', id), id);
  }

  /**
   * Starts a program as a container with a read-only root would: the image's user and environment, no capability,
   * nothing to write to but the volume and /tmp. In the network of this machine, with `env` on top.
   */
  start(command: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
    const script = `set -e
folder=$1
shift
mount --bind "$folder" "$folder"
mount --bind "$folder/data" "$folder/data"
mount -o remount,bind,ro "$folder"
mount -t tmpfs tmpfs "$folder/tmp"
mount --rbind /dev "$folder/dev"
mount --bind /proc "$folder/proc"
exec setpriv --no-new-privs chroot --userspec=${this.facts.user} "$folder" "$@"`;
    return spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', this.folder, ...command], {
      env: { ...this.facts.env, ...env },
    });
  }

  remove = (): Promise<string> => buildah('rm', this.id);
}
