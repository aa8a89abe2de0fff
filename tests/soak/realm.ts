/**
 * What a browser gives a station, cut off in one moment: a tab that crashes leaves its port closed and its storage as
 * it was, and nothing that its worker still does reaches anybody. A clean `stop()` would be kinder than Chrome is.
 */
import type { PortSource, Transport } from '../../shared/display/transport.ts';
import type { Http, Memory } from '../../shared/station/station-types.ts';

export interface Realm {
  readonly http: Http;
  readonly memory: Memory;
  readonly ports: PortSource;
  /** Closes the port; nothing gets out any more. */
  cut(): Promise<void>;
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export function makeRealm(outside: {
  readonly http: Http;
  readonly memory: Memory;
  readonly ports: PortSource;
}): Realm {
  let alive = true;
  const seen = new Set<Transport>();
  const unwatches = new Set<() => void>();
  return {
    http: (request) => (alive ? outside.http(request) : Promise.reject(new TypeError('The tab is gone.'))),
    memory: {
      get: (key) => outside.memory.get(key),
      set: (key, value) => (alive ? outside.memory.set(key, value) : never()),
      delete: (key) => (alive ? outside.memory.delete(key) : never()),
    },
    ports: {
      list: async () => {
        if (!alive) return [];
        const transports = await outside.ports.list();
        for (const transport of transports) seen.add(transport);
        return transports;
      },
      watch: (onChange) => {
        const unwatch = outside.ports.watch(onChange);
        unwatches.add(unwatch);
        return unwatch;
      },
    },
    cut: async () => {
      alive = false;
      for (const unwatch of unwatches) unwatch();
      for (const transport of seen) await transport.close();
    },
  };
}
