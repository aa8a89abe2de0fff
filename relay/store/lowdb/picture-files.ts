/** Pictures as files of their own: on the disk before the command is answered, gone when it is over. */
import { join } from 'node:path';
import { writeWhole, type Files } from './files.ts';

export class PictureFiles {
  constructor(
    private readonly files: Files,
    private readonly dir: string,
  ) {}

  private path(commandId: string): string {
    return join(this.dir, `${commandId}.uri`);
  }

  async write(pictures: ReadonlyMap<string, string | null>): Promise<void> {
    const fresh = [...pictures].filter((entry): entry is [string, string] => entry[1] !== null);
    if (fresh.length === 0) return;
    const outcomes = await Promise.allSettled(
      fresh.map(([commandId, dataUri]) => writeWhole(this.files, this.path(commandId), [dataUri])),
    );
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    if (refused) throw refused.reason;
    await this.files.syncDir(this.dir);
  }

  /** Of commands that are over. What cannot be removed now goes at the next start. */
  remove(pictures: ReadonlyMap<string, string | null>): void {
    for (const [commandId, dataUri] of pictures)
      if (dataUri === null) this.files.remove(this.path(commandId)).catch(() => undefined);
  }

  /** Of commands that could not be kept. */
  async erase(pictures: ReadonlyMap<string, string | null>): Promise<void> {
    const fresh = [...pictures].filter(([, dataUri]) => dataUri !== null);
    await Promise.allSettled(fresh.map(([commandId]) => this.files.remove(this.path(commandId))));
  }

  async read(commandId: string): Promise<string | undefined> {
    return (await this.files.read(this.path(commandId)))?.toString('latin1');
  }

  /** Removes what belongs to no open command: left by a crash between picture and journal. */
  async sweep(isOpen: (commandId: string) => boolean): Promise<void> {
    for (const name of await this.files.list(this.dir)) {
      if (name.includes('.damaged-')) continue;
      if (name.endsWith('.uri') && isOpen(name.slice(0, -4))) continue;
      await this.files.remove(join(this.dir, name));
    }
  }
}
