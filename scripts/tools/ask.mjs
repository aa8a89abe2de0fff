/** Asks a program what it is: where it may lie, what it answers, a folder for the question. Only Node's builtins. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A program that needs longer for such a small question does not answer. Wide, because a busy machine is slow. */
const ANSWER_WITHIN_MS = 30_000;
const MOST_BYTES = 16 << 20;
/** Servers lie here, which is not on everyone's PATH. */
const SERVER_FOLDERS = process.platform === 'win32' ? [] : ['/usr/sbin', '/usr/local/sbin', '/sbin'];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Debian's /bin is its /usr/bin: nobody is to be asked twice. The name stays, because some programs do what they are
 * called.
 */
function realFolder(path) {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Every executable of this name on PATH, in its order, then in the servers' folders. */
export function candidates(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SERVER_FOLDERS].filter(Boolean);
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return [...new Set(folders.map((folder) => join(realFolder(folder), file)))].filter(isExecutable);
}

/**
 * Runs a program to its end, in English, with its standard input closed after `input`.
 * @returns {{ status: number | null, out: Buffer, text: string }} `status`: null where it could not be run or did not
 * end in time; `text`: standard output, then standard error
 */
export function ask(program, args, { input = '', cwd = tmpdir(), env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    input,
    cwd,
    env: { ...process.env, LC_ALL: 'C', LANGUAGE: '', ...env },
    timeout: ANSWER_WITHIN_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_BYTES,
    windowsHide: true,
  });
  return { status, out: stdout ?? Buffer.alloc(0), text: `${stdout ?? ''}${stderr ?? ''}` };
}

/** What `pattern` finds in a program's answer: its first group, else all of it. Undefined where it finds nothing. */
export function says(pattern, program, args, options) {
  const found = pattern.exec(ask(program, args, options).text);
  return found ? (found[1] ?? found[0]) : undefined;
}

/** Whether the program says no to what is wrong. One that only prints a line says yes to everything. */
export const refuses = (program, args, options) => {
  const { status } = ask(program, args, options);
  return status !== null && status !== 0;
};

/** Hands `work` an empty folder and takes it away afterwards. */
export function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'counterqr-ask-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
