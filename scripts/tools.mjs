/**
 * Which programs this machine has. A program is what it does, not what it is called: each is asked (a picture of one
 * pixel, a wrong configuration, an HMAC), and where the first of that name on the PATH is something else, the next one
 * is asked. Tests and scripts run what was found here, by its path. `npm test` asks once and hands the answers to all
 * that it starts.
 *
 * @typedef {{ name: string, suite?: 'long', packages: string[], proof: string, candidates?: (find: (name:
 * string) => string | undefined) => string[], check: (path: string, find: (name: string) => string | undefined) =>
 * string | undefined, }} Tool `suite`: the first that needs it, `npm test` unless said; `packages`: Debian's; `proof`:
 * what it has to do, after “did not”; `candidates`: paths in the order in which they are asked, else those of the name
 * on the PATH; `check`: its version, undefined for another program
 */
import { candidates } from './tools/ask.mjs';
import { BROWSERS } from './tools/browser.mjs';
import { BUILD_TOOLS } from './tools/build-tools.mjs';
import { PICTURE_TOOLS } from './tools/pictures.mjs';
import { PROGRAMS } from './tools/programs.mjs';

/** @type {readonly Tool[]} */
export const TOOLS = [...BROWSERS, ...PROGRAMS, ...PICTURE_TOOLS, ...BUILD_TOOLS];

/** Answers for the processes that this one starts; those of another PATH are not theirs. */
const HANDED_ON = 'COUNTERQR_TOOLS';

/** Name → `{ path, version }` or `{ why }`. */
let answers = handedOn();

function handedOn() {
  try {
    const { searchedPath, found } = JSON.parse(process.env[HANDED_ON] ?? '{}');
    return new Map(searchedPath === process.env.PATH ? found : []);
  } catch {
    return new Map();
  }
}

function toolNamed(name) {
  const tool = TOOLS.find((each) => each.name === name);
  if (!tool) throw new Error(`scripts/tools.mjs has no tool “${name}”.`);
  return tool;
}

/** Asks each candidate until one is it. @param {Tool} tool */
export function askFor(tool, find = findTool) {
  const paths = tool.candidates?.(find) ?? candidates(tool.name);
  for (const path of paths) {
    const version = tool.check(path, find);
    if (version) return { path, version };
  }
  const where = `Debian: ${tool.packages.join(', ')}`;
  return paths.length === 0
    ? { why: `no ${tool.name} on this machine (${where})` }
    : { why: `no ${tool.name}: ${paths.join(' and ')} did not ${tool.proof} (${where})` };
}

function answerOf(name) {
  const known = answers.get(name);
  if (known) return known;
  const answer = askFor(toolNamed(name));
  answers.set(name, answer);
  return answer;
}

/** Path of what does as this tool does, or undefined. */
export function findTool(name) {
  return answerOf(name).path;
}

/** Path of the tool. @throws Error with the reason where there is none */
export function tool(name) {
  const { path, why } = answerOf(name);
  if (path === undefined) throw new Error(why);
  return path;
}

/** Why the first of these that is missing is missing; undefined when all are there. */
export function noTool(...names) {
  return names.map((name) => answerOf(name).why).find((why) => why !== undefined);
}

/** Forgets what was found: something was installed. */
export function askAgain() {
  answers = new Map();
}

/**
 * Asks for all tools of a suite, for this process and those that it starts.
 * @returns {{ name: string, path?: string, version?: string, why?: string }[]}
 */
export function toolsOf({ long = false } = {}) {
  const wanted = TOOLS.filter(({ suite }) => suite === undefined || (long && suite === 'long'));
  const found = wanted.map(({ name }) => ({ name, ...answerOf(name) }));
  process.env[HANDED_ON] = JSON.stringify({ searchedPath: process.env.PATH, found: [...answers] });
  return found;
}

/** A line for each: there, which version and where, or missing and why. */
export function tableOf(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows.map(({ name, path, version, why }) =>
    why === undefined
      ? `  there    ${name.padEnd(width)}  ${version}, ${path}`
      : `  missing  ${name.padEnd(width)}  ${why}`,
  );
}
