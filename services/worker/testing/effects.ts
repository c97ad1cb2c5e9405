import { type Clock, sleep } from "../../../runtime/clock.ts";

/** Records the effects on ports in order, and injects faults into them. */
export class Effects {
  /** Names such as `store.replace`, each added once it took effect. */
  readonly done: string[] = [];
  readonly #clock: Clock;
  readonly #away = new Set<string>();
  readonly #faults: ((effect: string) => Fault | undefined)[] = [];
  readonly #watchers: ((effect: string) => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes these effects fail from now on, without effect. */
  outage(...effects: string[]): void {
    for (const effect of effects) this.#away.add(effect);
  }

  endOutage(): void {
    this.#away.clear();
  }

  /** Adds a function that picks a fault for each effect. */
  inject(fault: (effect: string) => Fault | undefined): void {
    this.#faults.push(fault);
  }

  /** Calls back right before an effect takes place. */
  watch(watcher: (effect: string) => void): void {
    this.#watchers.push(watcher);
  }

  /** Wraps a port, so that each call of a method is recorded as `name.method`. */
  of<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) =>
          this.#perform(`${name}.${String(property)}`, () => Reflect.apply(member, target, args));
      },
    });
  }

  async #perform(effect: string, act: () => unknown): Promise<unknown> {
    const fault = this.#away.has(effect) ? "before" : this.#faults.map((decide) => decide(effect)).find(Boolean);
    if (fault === "hang") return new Promise(() => {});
    if (fault === "timeout") await sleep(this.#clock, patienceMilliseconds);
    if (fault === "before" || fault === "timeout") throw new Error(`${effect} failed`);
    for (const watcher of this.#watchers) watcher(effect);
    const value = await act();
    this.done.push(effect);
    if (fault === "after") throw new Error(`${effect} happened, but its answer was lost`);
    return value;
  }
}

/**
 * `before`: no effect. `after`: the effect happens, but its answer is lost. `timeout`: no effect and a late error.
 * `hang`: no answer ever.
 */
export type Fault = "before" | "after" | "timeout" | "hang";

/** About the time until an AWS client gives up, its retries included. */
const patienceMilliseconds = 15_000;
