import { readFile } from 'node:fs/promises';
import { isMissing } from './error-code.ts';

/** The file's text; `undefined` where there is no such file. Rejects with the system's error otherwise. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
