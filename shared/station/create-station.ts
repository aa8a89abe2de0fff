/** Builds a Station (station.ts) out of its parts. The only file here that constructs them. */
import type { Station, StationOptions } from './station.ts';

export function createStation(options: StationOptions): Station {
  void options;
  throw new Error('The station is being built.');
}
