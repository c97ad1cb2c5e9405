import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { forgetGroup, recordGroup } from "./group-records.ts";
import { identifyProcess } from "./identify-process.ts";
import { Reaper } from "./reaper.ts";
import type { RunFolder } from "./run-folder.ts";
import { type GroupOptions, type ProcessGroup, spawnGroup } from "./spawn-group.ts";

export interface ProcessesOptions {
  runFolder: Pick<RunFolder, "path" | "ownerRecord">;
  clock: Clock;
  /** Receives events of the reaper, for people to read. */
  onEvent(message: string): void;
}

/** Starts the cloud's processes. None of them outlives the cloud, however it ends. */
export class Processes {
  readonly #options: ProcessesOptions;
  readonly #reaper: Reaper;
  readonly #groups = new Set<ProcessGroup>();
  readonly #leaving = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: ProcessesOptions) {
    this.#options = options;
    const { runFolder, clock, onEvent } = options;
    this.#reaper = new Reaper({ ownerRecord: runFolder.ownerRecord, clock, onEvent });
  }

  get reaperPid(): number | undefined {
    return this.#reaper.pid;
  }

  /** Main processes of the running groups. */
  get pids(): number[] {
    return [...this.#groups].map(({ pid }) => pid);
  }

  /** @throws AppError `process-start` when no process can be started, `closed` after `close` */
  spawn(options: GroupOptions): ProcessGroup {
    if (this.#isClosed)
      throw new AppError("closed", `expected no process after the end of the cloud; came ${options.command.join(" ")}`);
    let entered = Promise.resolve();
    const group = spawnGroup(options, {
      clock: this.#options.clock,
      enter: (pid) => {
        entered = this.#enter(pid);
        return entered;
      },
    });
    this.#groups.add(group);
    const left = this.#leave(group, entered);
    this.#leaving.add(left);
    void left.finally(() => this.#leaving.delete(left));
    return group;
  }

  /** Kills what still runs, then ends the reaper. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#groups].map((group) => group.kill()));
    await Promise.all(this.#leaving);
    await this.#reaper.close();
  }

  async #enter(pid: number): Promise<void> {
    const identity = await identifyProcess(pid);
    // The process has already ended.
    if (identity === undefined) return;
    await recordGroup(this.#options.runFolder.path, { pid, identity });
    await this.#reaper.watch({ pid, identity });
  }

  async #leave(group: ProcessGroup, entered: Promise<void>): Promise<void> {
    await group.exited;
    this.#groups.delete(group);
    // An error was reported as a line of the group. Cleaning up is safe in any case.
    await entered.catch(() => {});
    await this.#reaper.forget(group.pid);
    await forgetGroup(this.#options.runFolder.path, group.pid);
  }
}
