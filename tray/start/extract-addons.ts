/** Writes the compiled addons into a folder. Loads none of them: this is what the installer does first. */
import { embeddedAddons } from '../assets.ts';
import { extractAddon } from '../native-addon.ts';
import type { ExitCode } from '../exit-codes.ts';

export function extractAddons(folder: string): ExitCode {
  for (const addon of embeddedAddons()) extractAddon(addon, folder);
  return 0;
}
