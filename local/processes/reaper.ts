import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../runtime/clock.ts";
import type { Group } from "./group.ts";

/** A message of the cloud to its reaper, one JSON text per line. */
export type ReaperMessage = { watch: Group } | { forget: number };

export interface ReaperOptions {
  /** The owner file of the run folder; the reaper removes it when the owner is gone. */
  ownerRecord: string;
  clock: Clock;
  onEvent(message: string): void;
}

/**
 * A reaper that ended sooner than this is replaced after the same time, because something is wrong with the machine.
 */
const shortLifeMilliseconds = 500;

/** Keeps a reaper running and tells it which groups run. */
export class Reaper {
  readonly #options: ReaperOptions;
  readonly #groups = new Map<number, Group>();
  #process: ChildProcess;
  #startedAt = 0;
  #restarted = Promise.withResolvers<void>();
  #cancelRestart = () => {};
  #isClosed = false;

  constructor(options: ReaperOptions) {
    this.#options = options;
    this.#process = this.#start();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves once a running reaper has received the group. */
  async watch(group: Group): Promise<void> {
    this.#groups.set(group.pid, group);
    // A new reaper is told of all groups, so its start serves as well.
    if (!(await this.#tell({ watch: group }))) await this.#restarted.promise;
  }

  async forget(pid: number): Promise<void> {
    this.#groups.delete(pid);
    await this.#tell({ forget: pid });
  }

  /** Ends the reaper. Groups that still run are no longer watched. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRestart();
    this.#restarted.resolve();
    if (hasEnded(this.#process)) return;
    const exited = once(this.#process, "exit");
    // The end of its input would make the reaper kill the groups.
    this.#process.kill("SIGKILL");
    await exited;
  }

  #start(): ChildProcess {
    this.#startedAt = this.#options.clock.now();
    const child = spawnReaper(this.#options.ownerRecord);
    child.once("exit", (code, signal) => this.#replace(`ended by ${signal ?? `exit code ${code}`}`));
    child.once("error", (error) => this.#replace(`could not be started: ${error.message}`));
    return child;
  }

  #replace(reason: string): void {
    if (this.#isClosed) return;
    const { clock, onEvent } = this.#options;
    onEvent(`The reaper ${reason}.`);
    const isShortLife = clock.now() - this.#startedAt < shortLifeMilliseconds;
    this.#cancelRestart = clock.after(isShortLife ? shortLifeMilliseconds : 0, () => void this.#restart());
  }

  async #restart(): Promise<void> {
    this.#process = this.#start();
    const told = await Promise.all([...this.#groups.values()].map((group) => this.#tell({ watch: group })));
    // If this reaper has ended already, its successor resolves the promise.
    if (told.includes(false) || this.#isClosed) return;
    this.#options.onEvent(`A new reaper, process ${this.#process.pid}, watches ${told.length} process groups.`);
    this.#restarted.resolve();
    this.#restarted = Promise.withResolvers();
  }

  /** False if the reaper can no longer receive it. */
  #tell(message: ReaperMessage): Promise<boolean> {
    const { stdin } = this.#process;
    return new Promise((resolve) => {
      if (!stdin?.writable) resolve(false);
      else stdin.write(`${JSON.stringify(message)}\n`, (error) => resolve(!error));
    });
  }
}

function spawnReaper(ownerRecord: string): ChildProcess {
  const main = fileURLToPath(new URL("./reaper-main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, ownerRecord], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    // Options for the cloud, such as a debugger's, would disturb the reaper.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  // Writing to an ended reaper fails; the exit event handles that.
  child.stdin.on("error", () => {});
  return child;
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}
