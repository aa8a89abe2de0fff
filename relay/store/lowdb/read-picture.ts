/** The picture of an open command, from the journal or the snapshot that has it. */
import type { Files } from './files.ts';
import type { PictureLine } from './journal.ts';
import { readLine, type Location } from './lines.ts';

/** `undefined` when there is none. @param onDamage Told of the file in which it should be. */
export async function readPicture(
  files: Files,
  pictures: ReadonlyMap<string, Location>,
  commandId: string,
  onDamage: (file: string) => void,
): Promise<string | undefined> {
  for (let location = pictures.get(commandId); location;) {
    const line = await readLine<PictureLine>(files, location).catch(() => undefined);
    if (line?.picture === commandId) return line.uri;
    const now = pictures.get(commandId);
    // A snapshot may have moved it meanwhile.
    if (now === location) onDamage(location.path);
    location = now === location ? undefined : now;
  }
  return undefined;
}
