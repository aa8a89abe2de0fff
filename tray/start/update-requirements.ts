/** What an update must be like here; undefined where none is ever taken. */
import { UPDATE_PLATFORMS, type UpdatePlatform } from '../../shared/wire/update.ts';
import type { Log } from '../log/tray-log.ts';
import type { Settings } from '../settings/settings.ts';
import { readUpdateKey, type UpdateRequirements } from '../update/verify.ts';
import { BUILT_IN_UPDATE_KEY, VERSION } from '../version.ts';

export function updateRequirements(
  { update = 'auto', update_key }: Settings,
  log: Log,
): UpdateRequirements | undefined {
  const key = update_key ?? BUILT_IN_UPDATE_KEY;
  const platform = platformHere();
  if (update === 'off' || platform === undefined) return undefined;
  if (key === '') {
    log.info('update_off', 'No update key is known, so no update is taken.');
    return undefined;
  }
  return { key: readUpdateKey(key), platform, version: VERSION };
}

const platformHere = (): UpdatePlatform | undefined =>
  UPDATE_PLATFORMS.find((platform) => platform === `${process.platform}-${process.arch}`);
