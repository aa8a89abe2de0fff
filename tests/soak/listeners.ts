/**
 * How many event listeners are on the targets that still live: a leak of them is slow, and no heap figure of one day
 * shows it. Every target that is listened to from now on is remembered, weakly.
 */
import { getEventListeners } from 'node:events';

const targets = new Map<number, { readonly ref: WeakRef<EventTarget>; readonly types: Set<string> }>();
const numbers = new WeakMap<EventTarget, number>();
let made = 0;

const { addEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (this: EventTarget, ...args: Parameters<typeof addEventListener>) {
  let number = numbers.get(this);
  if (number === undefined) {
    number = made++;
    numbers.set(this, number);
    targets.set(number, { ref: new WeakRef(this), types: new Set() });
  }
  targets.get(number)?.types.add(args[0]);
  addEventListener.apply(this, args);
};

/** After a collection. */
export function liveListeners(): number {
  let count = 0;
  for (const [number, { ref, types }] of targets) {
    const target = ref.deref();
    if (target === undefined) targets.delete(number);
    else for (const type of types) count += getEventListeners(target, type).length;
  }
  return count;
}
