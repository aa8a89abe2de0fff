/**
 * The folder of downloaded versions: one folder a version with the program and its signed manifest, and a file that
 * says which of them proved itself, which is being tried and which did not work. Knows no network and no process.
 */
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import * as v from 'valibot';
import { atomicWrite } from '../../node/atomic-write.ts';
import { readIfThere } from '../../node/read-if-there.ts';
import type { UpdateManifest } from '../../shared/wire/update.ts';
import type { SignedManifest } from './verify.ts';

const Release = v.object({
  version: v.string(),
  sha256: v.string(),
  path: v.string(),
  manifest: v.string(),
  signature: v.string(),
});
/** A downloaded version. `path` is its executable. */
export type Release = v.InferOutput<typeof Release>;

const State = v.object({
  /** The youngest version that reported to the relay. */
  good: v.optional(Release),
  trial: v.optional(Release),
  /** SHA-256 of what did not work here; never tried again. */
  refused: v.optional(v.array(v.string()), []),
  /** Date of the youngest manifest that was taken. */
  youngest: v.optional(v.string()),
});
export type UpdateState = v.InferOutput<typeof State>;

const REMEMBERED = 20;

export class UpdateStore {
  constructor(readonly folder: string) {}

  /** A damaged file counts as empty: the installed program is always there, and updates are offered again. */
  async state(): Promise<UpdateState> {
    try {
      const parsed = v.safeParse(State, JSON.parse((await readIfThere(this.#file)) ?? '{}'));
      if (parsed.success) return parsed.output;
    } catch {
      // Treated as damaged below.
    }
    return { refused: [] };
  }

  async change(apply: (state: UpdateState) => UpdateState): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await atomicWrite(this.#file, `${JSON.stringify(apply(await this.state()), undefined, 2)}\n`);
  }

  /**
   * Where this version's executable belongs; the folder is made. It bears the installed program's name, whatever the
   * relay's file is called: the installer ends by that name what it cannot ask, in another person's session.
   */
  async prepareFolder({ version, sha256, file }: UpdateManifest): Promise<string> {
    const folder = join(this.folder, `${version}-${sha256.slice(0, 12)}`);
    await mkdir(folder, { recursive: true });
    return join(folder, `CounterQR${extname(file) === '.exe' ? '.exe' : ''}`);
  }

  async startTrial(release: Release, signedAt: string): Promise<void> {
    await chmod(release.path, 0o755);
    await this.change((state) => ({ ...state, trial: release, youngest: signedAt }));
  }

  /** The version on trial reported. */
  passTrial = (): Promise<void> =>
    this.change(({ trial, ...state }) => (trial === undefined ? state : { ...state, good: trial }));

  refuse = ({ sha256 }: Pick<Release, 'sha256'>): Promise<void> =>
    this.change(({ trial: _trial, good, ...state }) => ({
      ...state,
      ...(good === undefined || good.sha256 === sha256 ? {} : { good }),
      refused: [...state.refused, sha256].slice(-REMEMBERED),
    }));

  /**
   * Removes what is neither good nor on trial nor running. A program that still ends on Windows keeps its file until
   * the next time.
   */
  async removeUnused(running: string): Promise<void> {
    const { good, trial } = await this.state();
    const kept = [good?.path, trial?.path, running].flatMap((path) => (path ? [basename(dirname(path))] : []));
    const names = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    for (const entry of names)
      if (entry.isDirectory() && !kept.includes(entry.name))
        await rm(join(this.folder, entry.name), { recursive: true, force: true }).catch(() => undefined);
  }

  get #file(): string {
    return join(this.folder, 'state.json');
  }
}

export const signedManifestOf = ({ manifest, signature }: Release): SignedManifest => ({ manifest, signature });
