/** The system's name of an error, as Node gives it (`ENOENT`, `ENOSPC`, …). */

export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

export const isMissing = (error: unknown): boolean => errorCode(error) === 'ENOENT';

/** The disk takes nothing at the moment: full, over its quota, or mounted read-only. It may do so again later. */
export const isDiskRefusing = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EROFS'].includes(errorCode(error) ?? '');
