/** Process-id namespaces, as containers have: each program that is started in one is process 1 of its own. */
import { ask, candidates } from '../../../scripts/tools/ask.mjs';

export type PidNamespace =
  /** `command`: the program and its arguments that stand before a command, to run it in a namespace of its own. */
  | { readonly kind: 'there'; readonly command: readonly [string, ...string[]] }
  | { readonly kind: 'missing'; readonly why: string };

const OPTIONS = ['--fork', '--kill-child', '--pid', '--mount-proc'];
/** A program that only prints a line does not print this; in another namespace the sum is another one. */
const [FACTOR, SUM] = [3_467, '3468'];

/**
 * Asked by what it does: the shell in it has to be process 1.
 * @param programs paths of programs that may be `unshare`, asked in this order
 */
export function pidNamespace(programs: readonly string[] = candidates('unshare')): PidNamespace {
  for (const program of programs)
    if (ask(program, [...OPTIONS, 'sh', '-c', `echo $(( $$ + ${FACTOR} ))`]).text.trim() === SUM)
      return { kind: 'there', command: [program, ...OPTIONS] };
  const asked = programs.length === 0 ? 'there is no unshare' : `${programs.join(' and ')} made none`;
  return { kind: 'missing', why: `process-id namespaces need the right to make them: ${asked}` };
}
