/** Times on the wire: ISO 8601 in UTC. */

/** @param at Milliseconds since the epoch. */
export const iso = (at: number): string => new Date(at).toISOString();
