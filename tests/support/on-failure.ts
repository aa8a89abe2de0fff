/** What a failed test prints beside its error. */
import { afterEach } from 'vitest';

/**
 * Of each program around the test, what it said or shows; within the `describe` that starts them. One that was never
 * started says nothing.
 */
export function printOnFailure(sources: Readonly<Record<string, () => unknown>>): void {
  afterEach(async (context) => {
    if (context.task.result?.state !== 'fail') return;
    for (const [who, said] of Object.entries(sources)) {
      const text = await Promise.resolve()
        .then(said)
        .catch((error: unknown) => `not to be had: ${String(error)}`);
      console.log(`${who}:`, text);
    }
  });
}

/** The last of what a browser's console or a program's output has. */
export const lastLines = (said: readonly string[] | string | undefined): string =>
  typeof said === 'string' ? said.slice(-4_000) : (said ?? []).slice(-40).join('\n');
