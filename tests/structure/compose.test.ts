/** compose.yaml against the settings that the relay knows, the Dockerfile and nginx's configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../relay/config.ts';
import { SETTINGS } from '../../relay/environment.ts';
import { root } from '../support/docs/guide.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly restart: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly ulimits?: { readonly nofile: number };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly restart?: boolean }>>;
  readonly healthcheck?: object;
}
const { services, volumes } = parse(read('compose.yaml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
  volumes: Readonly<Record<string, null>>;
};
const named = Object.entries(services);
const relays = named.filter(([, { build }]) => build !== undefined);
const dockerfile = read('Dockerfile');
const portOfImage = /^EXPOSE (\d+)$/m.exec(dockerfile)?.[1];

const ofNginx = read('deploy/container/nginx.conf');
const inNginx = (pattern: RegExp): string[] => [...ofNginx.matchAll(pattern)].map(([, found]) => found ?? '');

describe('compose.yaml', () => {
  it('has one relay that starts by itself, and the rest in the profile ha', () => {
    expect(named.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name)).toEqual(['relay']);
    expect(named.filter(([, { profiles }]) => profiles?.join() === 'ha').map(([name]) => name)).toEqual([
      'relay-1',
      'relay-2',
      'redis',
      'nginx',
    ]);
  });

  it.each(named)('%s runs as nobody’s root, with a root file system that is only read', (_name, service) => {
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.restart).toBe('unless-stopped');
  });

  it.each(relays)('%s has only settings that the relay takes, and the image’s user', (_name, { environment, user }) => {
    for (const [name, value] of Object.entries(environment ?? {})) {
      expect(SETTINGS).toContain(name);
      // A number without quotes is a number to YAML's readers, and compose takes it; on and off would be true and
      // false.
      expect(typeof value).toBe('string');
    }
    readConfig(environment ?? {});
    expect(dockerfile).toContain(`USER ${user}\n`);
    expect(dockerfile).toContain(`COPY --from=build --chown=${user} /empty /data\n`);
  });

  it.each(relays)(
    '%s keeps its data folder in a volume of its own, and holds polls of 20,000 displays',
    (_name, relay) => {
      const folder = relay.environment?.['DATA_DIR'];
      expect(relay.volumes).toHaveLength(1);
      const [volume = '', place] = relay.volumes?.[0]?.split(':') ?? [];
      expect(place).toBe(folder);
      expect(Object.keys(volumes)).toContain(volume);
      expect(
        relays.filter(([, { volumes: all = [] }]) => all.some((one) => one.startsWith(`${volume}:`))),
      ).toHaveLength(1);
      expect(relay.ulimits?.nofile).toBeGreaterThan(2 * readConfig({}).maxHeldPolls);
    },
  );

  it('publishes the relay alone to this machine only, at the image’s port', () => {
    expect(services['relay']?.ports).toEqual([`127.0.0.1:${portOfImage}:${portOfImage}`]);
    expect(dockerfile).toContain(`PORT=${portOfImage} `);
    expect(relays.filter(([name, { ports }]) => name !== 'relay' && ports !== undefined)).toEqual([]);
  });

  it('has the relays of ha share one Redis that loses nothing, and count one proxy', () => {
    for (const name of ['relay-1', 'relay-2']) {
      const { environment, depends_on } = services[name] ?? {};
      expect(environment).toMatchObject({ STORE_URL: 'redis://redis:6379', TRUST_PROXY: '1' });
      expect(depends_on).toEqual({ redis: { condition: 'service_healthy' } });
    }
    const settings = services['redis']?.command?.join(' ');
    expect(settings).toContain('--appendfsync always');
    expect(settings).toContain('--appendonly yes');
    expect(settings).toContain('--maxmemory-policy noeviction');
    expect(services['redis']).toHaveProperty('healthcheck');
    expect(services['redis']?.ports).toBeUndefined();
  });

  it('has nginx before exactly these relays, at the port that is published', () => {
    const nginx = services['nginx'];
    const upstream = inNginx(/^\s*server (\S+):5001 /gm);
    expect(upstream).toEqual(['relay-1', 'relay-2']);
    expect(Object.keys(nginx?.depends_on ?? {})).toEqual(upstream);
    for (const each of Object.values(nginx?.depends_on ?? {}))
      expect(each).toEqual({ condition: 'service_healthy', restart: true });
    expect(nginx?.ports).toEqual(inNginx(/listen (\d+) /g).map((port) => `${port}:${port}`));
    // What nginx writes has somewhere to go.
    const written = inNginx(/^\s*(?:pid|\w+_temp_path) (\/[^/;]+)/gm);
    expect(written.length).toBeGreaterThan(4);
    for (const folder of written) expect(nginx?.tmpfs).toContain(folder);
    const certificates = inNginx(/ssl_certificate(?:_key)? (\/[^/;]+)/g);
    expect(certificates).toHaveLength(2);
    for (const folder of certificates) expect(nginx?.tmpfs?.some((each) => each.startsWith(`${folder}:`))).toBe(true);
    const mounted = (nginx?.volumes ?? []).map((each) => each.split(':'));
    for (const [from = '', , mode] of mounted)
      expect([from, existsSync(join(root, from)), mode]).toEqual([from, true, 'ro']);
    expect(mounted.map(([, to]) => to)).toContain(nginx?.entrypoint?.[1]);
  });
});

describe('the Dockerfile', () => {
  it('copies what is there, and nothing that .dockerignore leaves out', () => {
    const ignored = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const fromTree = [...dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    const fromBuild = [...dockerfile.matchAll(/^COPY --from=build \/src\/(\S+)/gm)].map(([, name]) => name ?? '');
    for (const name of [...fromTree, ...fromBuild.filter((each) => each.startsWith('deploy'))]) {
      expect(existsSync(join(root, name)), name).toBe(true);
      expect(ignored).not.toContain(name.split('/')[0]);
    }
  });

  it('has a Node that the project runs on', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const image = Number(/^ARG NODE_IMAGE=\S+node:(\d+)/m.exec(dockerfile)?.[1]);
    expect(image).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)?.[0]));
    // Odd ones never get long-term support.
    expect(image % 2).toBe(0);
  });
});
