/**
 * IndexedDB as the station's Memory: one small database a profile, so that a virtual display forgets nothing of a real
 * one.
 */
import { createStore, del, get, set } from 'idb-keyval';
import type { Memory } from '../../shared/station/station-types.ts';

export function idbMemory(profile: string): Memory {
  const store = createStore(`counterqr-${profile}`, 'station');
  return {
    get: (key) => get<unknown>(key, store),
    set: (key, value) => set(key, value, store),
    delete: (key) => del(key, store),
  };
}
