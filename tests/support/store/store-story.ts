/** A short story that uses all that a database writes, step by step, the same each time; and all that can be known of a store after it. */
import type { RelayStore } from '../../../relay/store/relay-store.ts';
import { RelayStore as Store } from '../../../relay/store/relay-store.ts';
import { LowdbLedger } from '../../../relay/store/lowdb/lowdb-ledger.ts';
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
  readonly database: LowdbLedger;
  readonly damage: string[];
  /** From now on ids are those of this step. */
  begin(step: number): void;
  tell(step: number): Promise<unknown>;
}

/** A relay on this disk. */
export async function openTeller(files: MemoryFiles): Promise<Teller> {
  const ids = { step: 0, nth: 0 };
  const now = (): number => START;
  const damage: string[] = [];
  const database = await LowdbLedger.open({
    dir: '/data',
    files,
    historyDays: 7,
    rules: RULES,
    now,
    newId: () => idOf(ids.step, ++ids.nth),
    onDamage: (file) => damage.push(file),
    snapshotEvery: 4,
  });
  const store = new Store(database, new MemoryPresence(now), now);
  const begin = (step: number): void => void Object.assign(ids, { step, nth: 0 });
  return {
    store,
    database,
    damage,
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
export async function chapters(files: MemoryFiles): Promise<string[]> {
  const teller = await openTeller(files);
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

/** What a relay answers whose file was cut, and whether it told of the damage. A second start must find all mended. */
export async function afterCut(
  disk: MemoryFiles,
  path: string,
  length: number,
): Promise<{ readonly answers: string; readonly isTold: boolean }> {
  const cut = disk.after('kill');
  cut.cut(path, length);
  const { answers, teller } = await reopened(cut);
  const again = await reopened(cut.after('kill'));
  if (again.answers !== answers || again.teller.damage.length > 0)
    throw new Error(`${path} cut to ${length} was not mended: ${again.teller.damage.join()}`);
  // A file that was being made when the process ended is nobody's yet.
  if (/\.tmp$|snapshot\.next/.test(path)) return { answers, isTold: true };
  // The end of a history file that the journal has as well may be missing because the process ended just there.
  const isHarmless = path.includes('/history/') && (await sameCopies(cut, path));
  return { answers, isTold: teller.damage.length > 0 || isHarmless };
}

async function sameCopies(disk: MemoryFiles, path: string): Promise<boolean> {
  const linesOf = async (name: string): Promise<string> =>
    ((await disk.read(name))?.toString() ?? '').split('\n').filter(Boolean).sort().join('\n');
  const [first, second] = ['.jsonl', '.copy.jsonl'].map((ending) => path.replace(/(\.copy)?\.jsonl$/, ending));
  return (await linesOf(first)) === (await linesOf(second));
}
