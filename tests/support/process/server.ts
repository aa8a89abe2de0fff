/**
 * A server as docs/it.md wants one, inside a folder: the guide's absolute folders lie below it, and the programs that
 * would change this machine (useradd, systemctl, nginx's own configuration) are replaced by the smallest that do the
 * same there. `systemctl enable --now counterqr` starts the relay as the copied unit says; `nginx -t` and the nginx
 * that `systemctl reload nginx` starts are nginx's own, on the copied file. Packages and build are borrowed unless
 * `isFresh`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { root } from '../docs/guide.ts';
import { noTool, pathWithTools, tool } from '../requirements.ts';
import { removeFolder } from '../remove-folder.ts';

/** Folders of a server that the guides name. */
const FOLDERS = [
  '/opt/counterqr',
  '/etc/systemd/system',
  '/etc/nginx/conf.d',
  '/var/lib/counterqr',
  '/var/backups/counterqr',
];

export const noServer = (): string | undefined => {
  if (process.platform !== 'linux') return 'deploy/ is for Linux servers';
  const missing = noTool('bash', 'curl', 'git', 'nginx', 'openssl', 'tar');
  if (missing !== undefined) return missing;
  return existsSync(join(root, '.git')) ? undefined : 'this folder is no clone';
};

export class TestServer {
  readonly #ports: { readonly relay: number; readonly http: number; readonly https: number };
  readonly #isFresh: boolean;
  readonly folder = mkdtempSync(join(tmpdir(), 'counterqr-server-'));
  /** For `follow`: the guide's places, and where they are here. */
  readonly instead: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;

  /** Of the relay, as a browser on the server sees it; Chromium gives it what it gives `https://`. */
  readonly origin: string;

  private constructor(
    ports: { readonly relay: number; readonly http: number; readonly https: number },
    isFresh: boolean,
  ) {
    this.#ports = ports;
    this.#isFresh = isFresh;

    const { relay: port } = ports;
    this.origin = `http://localhost:${port}`;
    const at = (path: string): string => join(this.folder, path);
    for (const path of [
      '/bin',
      '/opt',
      '/etc/systemd/system',
      '/etc/nginx/conf.d',
      '/var/lib/counterqr',
      '/var/backups',
    ])
      mkdirSync(at(path), { recursive: true });
    this.instead = {
      // A clone may lie in a folder with a space in its path.
      REPOSITORY: `'${root}'`,
      '127.0.0.1:5001': `127.0.0.1:${port}`,
      'localhost:5001': `localhost:${port}`,
      ...Object.fromEntries(FOLDERS.map((path) => [path, at(path)])),
    };
    this.env = { PATH: `${at('/bin')}:${pathWithTools()}:/usr/sbin` };
    this.#programs();
  }

  /** `isFresh`: with packages and a build of its own, which takes minutes. */
  static async make({ isFresh = false } = {}): Promise<TestServer> {
    const [relay, http, https] = [await freePort(), await freePort(), await freePort()];
    return new TestServer({ relay, http, https }, isFresh);
  }

  /**
   * For a Chromium on a PC of this server's customers: its address leads here, and the certificate, which nobody has
   * signed, is taken.
   */
  get browserFlags(): readonly string[] {
    return [`--host-resolver-rules=MAP pay.example:443 127.0.0.1:${this.#ports.https}`, '--ignore-certificate-errors'];
  }

  at = (path: string): string => join(this.folder, path);

  /** What its relay printed and logged so far. */
  get journal(): string {
    return existsSync(this.at('journal')) ? readFileSync(this.at('journal'), 'utf8') : '';
  }

  /** What was asked of the replaced programs, in order. */
  get asked(): string[] {
    return readFileSync(this.at('asked'), 'utf8').trim().split('\n');
  }

  #program(name: string, lines: readonly string[]): void {
    const text = ['#!/bin/bash', 'set -eu', `echo "${name} $*" >> "${this.at('asked')}"`, ...lines, ''];
    writeFileSync(this.at(join('bin', name)), text.join('\n'), { mode: 0o755 });
  }

  #programs(): void {
    const { folder } = this;
    const ports = this.#ports;
    const certificate = ['-out', this.at('cert.pem'), '-keyout', this.at('key.pem')];
    execFileSync(
      tool('openssl'),
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=pay.example', ...certificate],
      { stdio: 'ignore' },
    );
    const nginx = tool('nginx');
    this.#program('useradd', []);
    if (!this.#isFresh) this.#borrowBuild();
    // The unit's own words: folder, environment, program. Type=simple: it answers before the relay does.
    this.#program('systemctl', [
      `unit="${this.at('/etc/systemd/system/counterqr.service')}"`,
      `here() { sed -n "s/^$1=//p" "$unit" | sed -e "s|/opt/|${folder}/opt/|g" -e "s|/var/|${folder}/var/|g" -e "s|PORT=5001|PORT=${ports.relay}|" -e "s|^PATH=/|PATH=${dirname(process.execPath)}:/|"; }`,
      'case "$*" in',
      '"enable --now counterqr "*)',
      '  cd "$(here WorkingDirectory)"',
      `  env -i PATH="$PATH" $(here Environment) $(here ExecStart) >> "${this.at('journal')}" 2>&1 < /dev/null &`,
      `  echo $! > "${this.at('pid')}";;`,
      `"reload nginx") "${nginx}" -p "${folder}" -c "${this.at('nginx.conf')}";;`,
      'list-timers*) echo "NEXT LEFT LAST PASSED UNIT ACTIVATES";;',
      'esac',
    ]);
    // As `-o cat` prints it; journald files all lines of a program's output as `info`.
    this.#program('journalctl', [`case "$*" in *"-p "*) ;; *) cat "${this.at('journal')}";; esac`]);
    const isRoot = process.getuid?.() === 0;
    writeFileSync(
      this.at('nginx.conf'),
      `${isRoot ? 'user root; ' : ''}pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; events {}
      http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; include ${folder}/etc/nginx/conf.d/*.conf; }`,
    );
    // What the guide tells its reader to change in the file, and ports that a test may have.
    const changes = [
      `s|/etc/ssl/counterqr/fullchain.pem|${this.at('cert.pem')}|`,
      `s|/etc/ssl/counterqr/privkey.pem|${this.at('key.pem')}|`,
      `s|127.0.0.1:5001|127.0.0.1:${ports.relay}|`,
      '/listen \\[::\\]/d',
      `s|listen 80;|listen 127.0.0.1:${ports.http};|`,
      `s|listen 443 |listen 127.0.0.1:${ports.https} |`,
    ].map((change) => `-e '${change}'`);
    this.#program('nginx', [
      `sed -i ${changes.join(' ')} "${this.at('/etc/nginx/conf.d/counterqr.conf')}"`,
      `exec "${nginx}" "$@" -p "${folder}" -c "${this.at('nginx.conf')}" -e stderr`,
    ]);
  }

  /** What is being worked on, not only what is committed. */
  #borrowBuild(): void {
    this.#program('npm', [
      'case "$*" in',
      `"ci "*) ln -s "${root}/node_modules" node_modules; cp -r "${root}/deploy" "${root}/scripts" .;;`,
      `"run build") mkdir dist; ln -s "${root}"/dist/* dist/;;`,
      `*) PATH="\${PATH#*:}" exec npm "$@";;`,
      'esac',
    ]);
  }

  async #stop(pidFile: string): Promise<void> {
    if (!existsSync(this.at(pidFile))) return;
    const pid = Number(readFileSync(this.at(pidFile), 'utf8'));
    try {
      process.kill(pid, 'SIGTERM');
      for (let left = 100; left > 0; left -= 1) {
        process.kill(pid, 0);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }

  async remove(): Promise<void> {
    await this.#stop('nginx.pid');
    await this.#stop('pid');
    removeFolder(this.folder);
  }
}
