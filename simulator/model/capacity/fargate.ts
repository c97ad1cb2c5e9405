import type { Instance } from "./instance.ts";
import type { Task } from "./task.ts";

/**
 * Fargate's machines for the tasks of a service: a new one for each task that waits. It takes its task after the start time, and
 * goes with it.
 */
export class Fargate {
  readonly #startMilliseconds: number;
  /** Machines without a task: all that were asked for and have not taken theirs. */
  #starting: Instance[] = [];
  #used: Instance[] = [];
  #made = 0;

  constructor(startMilliseconds: number) {
    this.#startMilliseconds = startMilliseconds;
  }

  get machines(): readonly Instance[] {
    return [...this.#used, ...this.#starting];
  }

  /** Asks for machines for the tasks that wait, and gives up those that none waits for. */
  step(tasks: readonly Task[], now: number): void {
    const taken = this.#starting.filter((machine) => machine.tasks > 0);
    this.#used = [...this.#used, ...taken].filter((machine) => machine.tasks > 0);
    const waiting = tasks.filter(({ state }) => state === "provisioning").length;
    // The first ones have waited longest.
    this.#starting = this.#starting.filter((machine) => machine.tasks === 0).slice(0, waiting);
    while (this.#starting.length < waiting) this.#starting.push(this.#newMachine(now));
    for (const machine of this.#starting) if (machine.registersAt <= now) machine.state = "registered";
  }

  #newMachine(now: number): Instance {
    const room = { cpuUnits: Number.POSITIVE_INFINITY, memoryMebibytes: Number.POSITIVE_INFINITY, slots: 1 };
    this.#made += 1;
    return {
      id: `fargate-${this.#made}`,
      availabilityZone: "any",
      room,
      free: { ...room },
      tasks: 0,
      state: "booting",
      launchedAt: now,
      registersAt: now + this.#startMilliseconds,
      leaves: undefined,
      isProtected: false,
      isGone: false,
    };
  }
}
