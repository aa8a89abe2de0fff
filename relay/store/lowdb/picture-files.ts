/** Pictures as files of their own: on the disk before the command is answered, gone when it is over. Two sealed copies, as with the journal. */
import { join } from 'node:path';
import { setAside, writeWhole, type Files } from './files.ts';
import { sealed, unseal } from './sealed.ts';

const COPIES = ['a', 'b'] as const;
const NAME = /^(.+)\.[ab]$/;

export class PictureFiles {
  constructor(
    private readonly files: Files,
    private readonly dir: string,
    private readonly now: () => number,
    private readonly onDamage: (file: string) => void,
  ) {}

  private paths(commandId: string): string[] {
    return COPIES.map((copy) => join(this.dir, `${commandId}.${copy}`));
  }

  async write(pictures: ReadonlyMap<string, string | null>): Promise<void> {
    const fresh = [...pictures].filter((entry): entry is [string, string] => entry[1] !== null);
    if (fresh.length === 0) return;
    const outcomes = await Promise.allSettled(
      fresh.flatMap(([commandId, dataUri]) =>
        this.paths(commandId).map((path) => writeWhole(this.files, path, sealed([dataUri], 0))),
      ),
    );
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    if (refused) throw refused.reason;
    await this.files.syncDir(this.dir);
  }

  /** Of commands that are over. What cannot be removed now goes at the next start. */
  remove(pictures: ReadonlyMap<string, string | null>): void {
    for (const [commandId, dataUri] of pictures) if (dataUri === null) void this.removeOne(commandId);
  }

  /** Of commands that could not be kept. */
  async erase(pictures: ReadonlyMap<string, string | null>): Promise<void> {
    const fresh = [...pictures].filter(([, dataUri]) => dataUri !== null);
    await Promise.all(fresh.map(([commandId]) => this.removeOne(commandId)));
  }

  private async removeOne(commandId: string): Promise<void> {
    await Promise.allSettled(this.paths(commandId).map((path) => this.files.remove(path)));
  }

  async read(commandId: string): Promise<string | undefined> {
    for (const path of this.paths(commandId)) {
      const text = await this.readCopy(path);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  private async readCopy(path: string): Promise<string | undefined> {
    const data = await this.files.read(path);
    if (!data) return undefined;
    const unsealed = unseal(data);
    if (!unsealed) this.onDamage(await setAside(this.files, path, this.now()));
    return unsealed?.text;
  }

  /**
   * At start: removes what belongs to no open command (left by a crash between picture and journal), and makes whole what belongs to one.
   * A picture of which both copies are gone is told; its command will fail when it is taken.
   */
  async mend(openWithPicture: ReadonlySet<string>): Promise<void> {
    for (const name of await this.files.list(this.dir)) {
      const commandId = NAME.exec(name)?.[1];
      if (name.includes('.damaged-') || (commandId !== undefined && openWithPicture.has(commandId))) continue;
      await this.files.remove(join(this.dir, name));
    }
    for (const commandId of openWithPicture) {
      const paths = this.paths(commandId);
      const copies = await Promise.all(paths.map((path) => this.readCopy(path)));
      const whole = copies.find((text) => text !== undefined);
      if (whole === undefined) this.onDamage(join(this.dir, `the picture of ${commandId} is missing`));
      else
        for (const [index, path] of paths.entries())
          if (copies[index] === undefined) await writeWhole(this.files, path, sealed([whole], 0));
    }
    await this.files.syncDir(this.dir);
  }
}
