/**
 * A short story that uses all that a database writes, step by step, the same each time; and all that can be known of a
 * store after it.
 */
import type { RelayStore } from '../../../relay/store/relay-store.ts';
import { RelayStore as Store } from '../../../relay/store/relay-store.ts';
import { LowdbDatabase } from '../../../relay/store/lowdb/lowdb-database.ts';
import { MemoryPresence } from '../../../relay/store/presence.ts';
import { RULES, START } from '../../contracts/store-harness.ts';
import { link, post, register, report, take } from '../../contracts/store-steps.ts';
import { MemoryFiles } from './memory-files.ts';

const picture = `data:image/png;base64,${'A'.repeat(120)}`;

/** Ids follow from the step, so that a step that was refused and is done again does the same. */
type Step = (store: RelayStore, step: number) => Promise<unknown>;
const idOf = (step: number, nth = 1): string => `c${step}-${nth}`;

/** Steps that are several calls: a crash may come between them. */
const SEVERAL: Readonly<Record<number, readonly Step[]>> = {
  0: [(store) => register(store, 'd1'), (store) => link(store, 'a1', 'd1')],
  12: [(store) => register(store, 'd2'), (store) => link(store, 'a1', 'd2')],
  13: ['four', 'five', 'six'].map(
    (text): Step =>
      (store) =>
        post(store, 'a1', text, { picture }),
  ),
};

const inTurn: Step = async (store, step) => {
  for (const call of SEVERAL[step]) await call(store, step);
};
/** Into one write, or two. */
const atOnce: Step = (store, step) => Promise.all(SEVERAL[step].map((call) => call(store, step)));

export const STORY: readonly Step[] = [
  inTurn,
  (store) => register(store, 'd2'),
  (store) => post(store, 'a1', 'one', { picture, policyNumber: 'P1', key: 'k1' }),
  (store) => take(store, 'd1'),
  (store) => report(store, 'd1', idOf(2), 'success'),
  (store) => post(store, 'a1', 'two', { picture }),
  (store) => store.cancel(idOf(5), 'app'),
  (store) => store.paid({ kind: 'policy', value: 'P1' }),
  (store) => take(store, 'd1'),
  (store) => report(store, 'd1', idOf(7), 'success'),
  (store) => post(store, 'a1', 'three', { picture }),
  (store) => store.unlinkAgent('a1', 'app'),
  inTurn,
  atOnce,
  (store) => store.removeDevice('d1', 'admin'),
];
const IDS = STORY.flatMap((_, step) => [1, 2, 3, 4].map((nth) => idOf(step, nth)));

export interface Teller {
  readonly store: RelayStore;
  readonly database: LowdbDatabase;
  readonly damage: string[];
  /** Groups, lines and pictures that were told as lost. */
  readonly lost: number;
  /** From now on ids are those of this step. */
  begin(step: number): void;
  tell(step: number): Promise<unknown>;
}

/** A relay on this disk. */
export async function openTeller(
  files: MemoryFiles,
  snapshotEvery = 4,
  { historySegmentBytes, noteBefore }: { historySegmentBytes?: number; noteBefore?: number } = {},
): Promise<Teller> {
  const ids = { step: 0, nth: 0 };
  const now = (): number => START;
  const damage: string[] = [];
  let lost = 0;
  const database = await LowdbDatabase.open({
    dir: '/data',
    files,
    historyDays: 7,
    rules: RULES,
    now,
    newId: () => idOf(ids.step, ++ids.nth),
    onDamage: (file, count) => {
      damage.push(file);
      lost += count;
    },
    snapshotEvery,
    ...(historySegmentBytes === undefined ? {} : { historySegmentBytes }),
    takeLock: async () => ({ noteBefore, check: async () => undefined, release: async () => undefined }),
  });
  const store = new Store(database, new MemoryPresence(now), now);
  const begin = (step: number): void => void Object.assign(ids, { step, nth: 0 });
  return {
    store,
    database,
    damage,
    get lost() {
      return lost;
    },
    begin,
    tell(step) {
      begin(step);
      return STORY[step](store, step);
    },
  };
}

/** Everything that anybody may ask; two stores with the same answers are the same. */
export async function answersOf({ store, database }: Teller): Promise<string> {
  const commands: Record<string, unknown> = {};
  for (const id of IDS) {
    const facts = await store.command(id).catch(() => undefined);
    if (facts) commands[id] = { ...facts, picture: await database.picture(id) };
  }
  const devices = [...(await store.devices())].map(({ device }) => device);
  devices.sort((one, other) => one.deviceId.localeCompare(other.deviceId));
  const audit = (await store.audit({ from: 0, to: START, limit: 1_000 })).map(
    ({ action, deviceId }) => `${action} ${deviceId}`,
  );
  return JSON.stringify({ devices, commands, audit });
}

/** The answers before the story and after each of its steps. */
export async function chapters(files: MemoryFiles, snapshotEvery?: number): Promise<string[]> {
  const teller = await openTeller(files, snapshotEvery);
  const all = [await answersOf(teller)];
  for (const step of STORY.keys()) {
    await teller.tell(step);
    all.push(await answersOf(teller));
  }
  await teller.database.close();
  return all;
}

/** The answers between the calls of each step that is several: what a crash in the midst of it may leave. */
export async function betweenCalls(): Promise<ReadonlyMap<number, readonly string[]>> {
  const all = new Map<number, string[]>();
  const teller = await openTeller(new MemoryFiles());
  for (const step of STORY.keys()) {
    const answers: string[] = [];
    teller.begin(step);
    for (const call of SEVERAL[step] ?? [STORY[step]]) {
      await call(teller.store, step);
      answers.push(await answersOf(teller));
    }
    all.set(step, answers.slice(0, -1));
  }
  await teller.database.close();
  return all;
}

/** What a relay that is started on this disk answers. */
export async function reopened(files: MemoryFiles): Promise<{ answers: string; teller: Teller }> {
  const teller = await openTeller(files);
  return { answers: await answersOf(teller), teller };
}

/**
 * What the store wrote first: the number of the newest whole group in the folder's newest journal file, as a person
 * would look for it.
 */
function newestGroup(files: MemoryFiles): number {
  const groups = journalsOf(files).flatMap((path) => wholeLines(files, path));
  return Math.max(0, ...groups.map((line) => ('seq' in line ? Number(line.seq) : 0)));
}

export const journalsOf = (files: MemoryFiles): string[] =>
  files
    .paths()
    .filter((path) => path.includes('/journal/') && path.endsWith('.lines'))
    .sort();

/** Every line that ends, whatever its checksum. */
export function wholeLines(files: MemoryFiles, path: string): Record<string, unknown>[] {
  const texts = files.bytes(path).toString().split('\n').slice(0, -1);
  return texts.map((text) => JSON.parse(text.slice('12345678 12345678 '.length)) as Record<string, unknown>);
}

export interface AfterCut {
  readonly answers: string;
  readonly told: readonly string[];
}

/**
 * What a relay answers whose file was cut, and what it told. A second start must find all repaired, and still tell what
 * is gone.
 */
export async function afterCut(disk: MemoryFiles, path: string, length: number): Promise<AfterCut> {
  const cut = disk.after('kill');
  cut.cut(path, length);
  const { answers, teller } = await reopened(cut);
  const again = await reopened(cut.after('kill'));
  if (again.answers !== answers || again.teller.damage.length > 0)
    throw new Error(`${path} cut to ${length} was not repaired: ${again.teller.damage.join()}`);
  if (teller.damage.length > 0 && (await again.teller.store.health()).damage.length === 0)
    throw new Error(`${path} cut to ${length}: the second start tells nobody`);
  return { answers, told: teller.damage };
}

/**
 * Why this outcome of a cut is wrong; `undefined` when it is right.
 * `groups`: the answers after each group, by its number, and between the calls of a step that is several.
 */
export function wrongAfterCut(
  disk: MemoryFiles,
  path: string,
  length: number,
  { answers, told }: AfterCut,
  groups: ReadonlyMap<number, readonly string[]>,
): string | undefined {
  const whole = groups.get(Math.max(...groups.keys()))?.[0] ?? '';
  const isSame = answers === whole;
  const cut = disk.after('kill');
  cut.cut(path, length);
  if (path === journalsOf(disk).at(-1)) {
    // What is missing at the end of the newest journal file is what a write that was never answered leaves. All before
    // it is there.
    const inSnapshot = Math.max(...snapshotsOf(disk).map((name) => Number(wholeLines(disk, name)[0]['seq'])));
    const newest = Math.max(inSnapshot, newestGroup(cut));
    const then = groups.get(newest) ?? [];
    // Of what ended after that, the history may know.
    if (!then.some((one) => isBetween(parsed(one), parsed(answers), parsed(whole))))
      return `not what the groups up to ${newest} say`;
    return told.length > 0 ? `told ${told.join()}` : undefined;
  }
  if (path.includes('/history/')) {
    // The journal has the newest lines as well; others are gone, and told. Nothing else is otherwise than before.
    if (isSame) return undefined;
    if (told.length === 0) return 'lines are gone and nobody is told';
    return isPartOf(parsed(answers), parsed(whole)) ? undefined : 'more is gone than lines of the history';
  }
  if (!isSame) return 'something is lost';
  const isNobodys = path.endsWith('.tmp') || path.endsWith('/snapshot.previous.json');
  return told.length > 0 || isNobodys ? undefined : 'nobody is told';
}

const snapshotsOf = (files: MemoryFiles): string[] =>
  files.paths().filter((path) => /\/snapshots\/\d+\.lines$/.test(path));

interface Answers {
  readonly devices: unknown;
  readonly commands: Readonly<Record<string, unknown>>;
  readonly audit: readonly string[];
}

const parsed = (text: string): Answers => JSON.parse(text) as Answers;

function isPartOf(part: Answers, whole: Answers): boolean {
  const rest = [...whole.audit];
  const isAudited = (entry: string): boolean => rest.includes(entry) && rest.splice(rest.indexOf(entry), 1).length > 0;
  return (
    JSON.stringify(part.devices) === JSON.stringify(whole.devices) &&
    Object.entries(part.commands).every(
      ([id, facts]) => JSON.stringify(facts) === JSON.stringify(whole.commands[id]),
    ) &&
    part.audit.every(isAudited)
  );
}

/**
 * The displays and their queues are as `then`; of what is over, at least that is known, and nothing that was not later
 * so.
 */
function isBetween(then: Answers, now: Answers, later: Answers): boolean {
  const commandsOf = ({ commands }: Answers, id: string): string | undefined => JSON.stringify(commands[id]);
  const ids = new Set([...Object.keys(then.commands), ...Object.keys(now.commands)]);
  return (
    JSON.stringify(now.devices) === JSON.stringify(then.devices) &&
    [...ids].every((id) => [commandsOf(then, id), commandsOf(later, id)].includes(commandsOf(now, id))) &&
    isPartOf({ ...now, devices: later.devices, commands: {} }, later) &&
    isPartOf({ ...then, devices: now.devices, commands: {} }, now)
  );
}

/**
 * Tells the story on this disk, and notes the answers after each group. Those of a step that is several calls are noted
 * for all of its groups.
 */
export async function toldByGroup(
  files: MemoryFiles,
  snapshotEvery?: number,
): Promise<{ teller: Teller; groups: Map<number, string[]> }> {
  const between = await betweenCalls();
  const teller = await openTeller(files, snapshotEvery);
  const groups = new Map<number, string[]>([[0, [await answersOf(teller)]]]);
  for (const step of STORY.keys()) {
    const before = Math.max(...groups.keys());
    await teller.tell(step);
    const now = await answersOf(teller);
    const newest = newestGroup(files);
    for (let group = before + 1; group < newest; group++) groups.set(group, [...(between.get(step) ?? [])]);
    groups.set(newest, [now]);
  }
  return { teller, groups };
}
