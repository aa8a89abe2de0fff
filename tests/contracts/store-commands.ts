/**
 * What may happen to a store, as fast-check commands that do the same to the model and compare all that can be asked.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { RelayStore } from '../../relay/store/relay-store.ts';
import type { Model, ModelCommand } from './store-model.ts';
import { link, post, report, take } from './store-steps.ts';
import type { Site, TestStore } from './store-harness.ts';
import { RULES } from './store-harness.ts';

export interface Real {
  readonly site: Site;
  /** One, or on Redis several; each step goes to the next of them. */
  relays: TestStore[];
  turn: number;
}

const next = (real: Real): RelayStore => real.relays[real.turn++ % real.relays.length].store;

/**
 * A relay hears of another one's changes some moments later; meanwhile it may know an older device record (a poll is
 * then woken, so nothing waits for it). Messages come in order with answers, so one who was answered has heard of all
 * that was before.
 */
const heardOfAll = (real: Real): Promise<unknown> => Promise.all(real.relays.map(({ store }) => store.health()));

/** States and reasons of all commands, and who has which display. */
async function compare(model: Model, real: Real): Promise<void> {
  await heardOfAll(real);
  const store = next(real);
  for (const { id, state, reason } of model.commands) {
    const facts = await store.command(id);
    expect([id, facts.state, facts.reason]).toEqual([id, state, reason]);
  }
  for (const device of model.devices)
    expect([device, (await store.device(device))?.link?.agentId]).toEqual([device, model.links.get(device)?.agent]);
}

/** Of a clearing that nobody asked for nobody is told the id; the display's record has it. */
async function nameClearings(model: Model, real: Real): Promise<void> {
  const unnamed = model.commands.filter(({ id }) => id === '');
  if (unnamed.length > 0) await heardOfAll(real);
  for (const command of unnamed) {
    const record = await next(real).device(command.device);
    const fresh = record?.open.find(({ commandId }) => !model.commands.some(({ id }) => id === commandId));
    expect(fresh).toMatchObject({ type: command.type });
    command.id = fresh?.commandId ?? '';
  }
}

type Step = fc.AsyncCommand<Model, Real>;

function step(
  name: string,
  isPossible: (model: Model) => boolean,
  run: (model: Model, real: Real) => Promise<void>,
): Step {
  return {
    check: isPossible,
    async run(model, real) {
      await run(model, real);
      await nameClearings(model, real);
      await compare(model, real);
    },
    toString: () => name,
  };
}

/** Contract: an idempotency key holds for 24 h. */
const KEY_MS = 24 * 3_600_000;

const always = (): boolean => true;
/** Mostly one that is still open, because most are not. */
function known(model: Model, nth: number): ModelCommand | undefined {
  const open = model.commands.filter(({ reason }) => reason === null);
  const among = nth % 4 === 0 || open.length === 0 ? model.commands : open;
  return among[nth % Math.max(1, among.length)];
}

/** The id of the command that clears, if the store made one. */
const given = (model: Model, commandId: string | null, give: (id: string) => void): void => {
  if (commandId !== null && !model.commands.some(({ id }) => id === commandId)) give(commandId);
};

/** Frees a display: what its agent has open there is called off. */
async function release(model: Model, device: string, real: Real): Promise<void> {
  const before = model.links.get(device);
  model.links.delete(device);
  if (!before) return;
  const give = model.takeOff(model.openQrs(device, before.agent), 'closed', 'start_rotation', 'closed');
  // Nobody is told the id of the command that clears; the display's record has it.
  await heardOfAll(real);
  const record = await next(real).device(device);
  const fresh = record?.open.find(({ commandId }) => !model.commands.some(({ id }) => id === commandId));
  if (fresh) give(fresh.commandId);
}

async function pass(model: Model, real: Real, ms: number): Promise<void> {
  real.site.now += ms;
  await Promise.all(real.relays.map(({ store }) => store.sweep()));
  const released = model.pass(ms);
  await nameClearings(model, real);
  for (const which of released) await release(model, which, real);
}

export function steps(devices: readonly string[], agents: readonly string[]): fc.Arbitrary<Step>[] {
  const device = fc.constantFrom(...devices);
  const agent = fc.constantFrom(...agents);
  const nth = fc.nat({ max: 30 });
  const often = [
    agent.map((who) =>
      step(
        `${who} posts`,
        (model) => model.deviceOf(who) !== undefined,
        async (model, real) => {
          const { commandId, deviceId } = await post(next(real), who, `for ${who}`);
          expect(deviceId).toBe(model.deviceOf(who));
          model.post(who, commandId);
        },
      ),
    ),
    fc.tuple(agent, fc.constantFrom('k1', 'k2')).map(([who, key]) =>
      step(
        `${who} posts with the key ${key}`,
        (model) => model.deviceOf(who) !== undefined,
        async (model, real) => {
          const before = model.keys.get(key);
          const posting = post(next(real), who, `for ${who}`, { key });
          if (before && before.until > model.now) {
            if (before.agent === who) expect((await posting).commandId).toBe(before.id);
            else await expect(posting).rejects.toMatchObject({ code: 'idempotency_mismatch' });
            return;
          }
          const { commandId } = await posting;
          expect(model.commands.map(({ id }) => id)).not.toContain(commandId);
          model.post(who, commandId);
          model.keys.set(key, { agent: who, id: commandId, until: model.now + KEY_MS });
        },
      ),
    ),
    device.map((which) =>
      step(`${which} polls`, always, async (model, real) => {
        const expected = model.take(which);
        expect((await take(next(real), which)).map(({ command_id }) => command_id)).toEqual(expected);
      }),
    ),
    fc
      .tuple(nth, fc.constantFrom('received' as const, 'success' as const, 'failed' as const, 'cleared' as const))
      .map(([which, status]) =>
        step(
          `#${which} is reported as ${status}`,
          (model) => (known(model, which)?.deliveries ?? 0) > 0,
          async (model, real) => {
            const command = known(model, which) as ModelCommand;
            model.report(command, status);
            const standing = await report(next(real), command.device, command.id, status);
            expect(standing).toEqual({ state: command.state, reason: command.reason });
          },
        ),
      ),
  ];
  /**
   * A display that takes what it gets and dies each time: only so a command comes to its third hand-out before it
   * expires.
   */
  const losing = device.map((which) =>
    step(`${which} polls and is not heard again before the lease is over`, always, async (model, real) => {
      const expected = model.take(which);
      expect((await take(next(real), which)).map(({ command_id }) => command_id)).toEqual(expected);
      await pass(model, real, RULES.leaseMs);
    }),
  );
  const showing = device.map((which) =>
    step(`${which} polls and shows what it gets`, always, async (model, real) => {
      const expected = model.take(which);
      expect((await take(next(real), which)).map(({ command_id }) => command_id)).toEqual(expected);
      for (const id of expected) {
        const command = model.commands.find((one) => one.id === id) as ModelCommand;
        model.report(command, 'success');
        const standing = await report(next(real), which, id, 'success');
        expect(standing).toEqual({ state: command.state, reason: command.reason });
      }
    }),
  );
  const seldom = [
    fc.tuple(nth, fc.constantFrom('cancel' as const, 'paid' as const)).map(([which, how]) =>
      step(
        `#${which}: ${how}`,
        (model) => known(model, which)?.type === 'display_qr',
        async (model, real) => {
          const command = known(model, which) as ModelCommand;
          const store = next(real);
          const wasOpen = command.reason === null;
          const answer =
            how === 'cancel'
              ? await store.cancel(command.id, 'app')
              : await store.paid({ kind: 'command', id: command.id });
          if (!wasOpen) {
            if (how === 'paid') model.payAfterEnd(command);
            given(model, answer.commandId, (id) => model.tickInstead(command, id));
            return;
          }
          const give =
            how === 'cancel'
              ? model.takeOff([command], 'cancelled', 'start_rotation', 'cancelled_by_app')
              : model.takeOff([command], 'paid', 'show_paid', 'paid');
          given(model, answer.commandId, give);
        },
      ),
    ),
    nth.map((which) =>
      step(
        `an admin hands #${which} out again`,
        (model) => known(model, which) !== undefined,
        async (model, real) => {
          const command = known(model, which) as ModelCommand;
          const asking = next(real).retry(command.id);
          if (model.retry(command)) expect(await asking).toMatchObject({ commandId: command.id });
          else await expect(asking).rejects.toMatchObject({ code: 'command_ended' });
        },
      ),
    ),
    agent.map((who) =>
      step(
        `${who} starts rotation`,
        (model) => model.openQrs(model.deviceOf(who) ?? '').length > 0,
        async (model, real) => {
          const give = model.takeOff(model.openQrs(model.deviceOf(who) ?? ''), 'closed', 'start_rotation', 'closed');
          given(model, (await next(real).startRotation({ kind: 'agent', id: who }, 'closed')).commandId, give);
        },
      ),
    ),
    fc.tuple(agent, device).map(([who, which]) =>
      step(`${who} takes ${which}`, always, async (model, real) => {
        const owner = model.links.get(which);
        if (owner && owner.agent !== who)
          await expect(link(next(real), who, which)).rejects.toMatchObject({ code: 'device_in_use' });
        await link(next(real), who, which, true);
        if (owner && owner.agent !== who) await release(model, which, real);
        const old = model.deviceOf(who);
        if (old !== undefined && old !== which) await release(model, old, real);
        model.links.set(which, { agent: who, until: model.now + RULES.linkMs });
      }),
    ),
    agent.map((who) =>
      step(
        `${who} logs out`,
        (model) => model.deviceOf(who) !== undefined,
        async (model, real) => {
          const which = model.deviceOf(who) ?? '';
          await next(real).unlinkAgent(who, 'app');
          await release(model, which, real);
        },
      ),
    ),
    fc
      .constantFrom(
        ...Array.from({ length: 5 }, () => [1_000, RULES.leaseMs - 1, 120_000, RULES.commandTtlMs, 400_000]).flat(),
        RULES.linkMs / 2,
        RULES.linkMs,
      )
      .map((ms) =>
        step(`${ms} ms pass`, always, async (model, real) => {
          await pass(model, real, ms);
        }),
      ),
    fc.constant(
      step('the relays start again', always, async (_model, real) => {
        const count = real.relays.length;
        for (const relay of real.relays) await relay.close();
        real.relays = [];
        for (let n = 0; n < count; n++) real.relays.push(await real.site.open());
      }),
    ),
  ];
  return [...often, ...often, ...often, losing, losing, losing, showing, showing, ...seldom];
}
