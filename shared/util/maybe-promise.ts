/** A value that is often there at once. */
export type MaybePromise<T> = T | Promise<T>;
