export type Ending = "succeeded" | "failed" | "cancelled";

/** Times used by the state machine and its reference, in milliseconds. */
export const times = { lease: 30_000, grace: 30_000, sweepAfter: 120_000, retryBase: 1_000, retryCap: 60_000 };

export const maxAttempts = 3;

/**
 * An independent model of a job, built from the events it has seen. After every event it is compared with the record
 * that the state machine wrote.
 */
export class ReferenceJob {
  ending: Ending | undefined;
  starts = 0;
  startsOfEarlierRuns = 0;
  handBacks = 0;
  interruptions = 0;
  holder: { token: string; until: number } | undefined;
  /** Time from which a job without a lease may be claimed. */
  dueAt: number;
  cancelWanted = false;

  constructor(now: number) {
    this.dueAt = now;
  }

  get usedAttempts(): number {
    return this.starts - this.startsOfEarlierRuns - this.handBacks - Math.min(this.interruptions, maxAttempts - 1);
  }

  get state(): string {
    return this.ending ?? (this.holder ? "running" : "queued");
  }

  /** A worker with the job's message claims it. */
  claim(token: string, now: number): "started" | "refused" | Ending {
    if (this.ending) return "refused";
    if (this.holder && this.holder.until > now) return "refused";
    if (!this.holder && this.dueAt > now) return "refused";
    if (this.holder) this.interrupt(now);
    if (this.ending) return this.ending;
    this.starts += 1;
    this.holder = { token, until: now + times.lease };
    return "started";
  }

  heartbeat(token: string, now: number): boolean {
    if (this.holder?.token !== token) return false;
    this.holder.until = now + times.lease;
    return true;
  }

  finish(token: string, how: "succeed" | "fail" | "fail for good" | "hand back" | "interrupted", now: number): boolean {
    if (this.holder?.token !== token) return false;
    if (how === "succeed") this.end("succeeded");
    else if (how === "interrupted") this.interrupt(now);
    else if (this.cancelWanted) this.end("cancelled");
    else if (how === "hand back") this.release(now, { isHandBack: true });
    else if (how === "fail for good" || this.mustEnd()) this.end("failed");
    else this.release(now, { isHandBack: false });
    return true;
  }

  cancel(): boolean {
    if (this.ending || this.cancelWanted) return false;
    if (this.holder) this.cancelWanted = true;
    else this.end("cancelled");
    return true;
  }

  retry(now: number): boolean {
    if (this.ending !== "failed" && this.ending !== "cancelled") return false;
    this.ending = undefined;
    this.startsOfEarlierRuns = this.starts;
    this.handBacks = 0;
    this.interruptions = 0;
    this.cancelWanted = false;
    this.dueAt = now;
    return true;
  }

  sweep(now: number): void {
    if (this.ending) return;
    const silentSince = this.holder ? this.holder.until + times.grace : this.dueAt + times.sweepAfter;
    if (silentSince > now) return;
    if (this.holder) this.interrupt(now);
    else this.release(now, { isHandBack: false });
  }

  /** The first interruptions use up no attempt: one fewer than the job has attempts. */
  private interrupt(now: number): void {
    if (this.cancelWanted) this.end("cancelled");
    else if (this.interruptions >= maxAttempts - 1 && this.mustEnd()) this.end("failed");
    else {
      this.interruptions += 1;
      this.release(now, { isHandBack: false });
    }
  }

  /** Bounds of the wait after a failure: the upper half of an exponential backoff. */
  retryWait(): { least: number; most: number } {
    const most = Math.min(times.retryCap, times.retryBase * 2 ** (this.usedAttempts - 1));
    return { least: most / 2, most };
  }

  private mustEnd(): boolean {
    return this.cancelWanted || this.usedAttempts >= maxAttempts;
  }

  private end(ending: Ending): Ending {
    this.ending = ending;
    this.holder = undefined;
    return ending;
  }

  private release(now: number, { isHandBack }: { isHandBack: boolean }): void {
    if (isHandBack) this.handBacks += 1;
    this.holder = undefined;
    this.dueAt = now;
  }
}
