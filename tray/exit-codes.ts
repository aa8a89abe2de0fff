/** What the executable ends with. The installer and the version that started this one read it. */

/** Another program drives the display already. */
export const ALREADY_RUNNING = 3;
/** A version that another one started was asked to end. The other version can so tell it from one that failed. */
export const ENDED_AS_ASKED = 10;
/** 0: ended as asked. 1: crashed or could not do its task. 2: wrong settings. */
export type ExitCode = 0 | 1 | 2 | typeof ALREADY_RUNNING | typeof ENDED_AS_ASKED;
