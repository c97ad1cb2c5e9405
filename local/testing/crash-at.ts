import type { Cloud } from "../cloud.ts";
import type { Call } from "../gateway/call.ts";

/** The moment before or after the effect of the n-th call (from 0) for a job. */
export interface CrashPoint {
  call: number;
  moment: "before" | "after";
}

/** Records the calls for a job, in order, as `holder service.action`. */
export function recordCalls(cloud: Cloud, jobId: string): { calls: string[]; stop(): void } {
  const calls: string[] = [];
  const concerns = concernsJob(jobId);
  const observer = {
    after(call: Call, _status: number, answer: string) {
      if (concerns(call, answer)) calls.push(`${call.caller.holder.split("/")[0]} ${call.service}.${call.action}`);
      return "proceed" as const;
    },
  };
  cloud.gateway.observers.add(observer);
  return { calls, stop: () => void cloud.gateway.observers.delete(observer) };
}

/**
 * Kills the process that makes the n-th call for the job, before the call's effect or before it gets the answer.
 * Resolves after the kill.
 */
export function crashAt(cloud: Cloud, jobId: string, point: CrashPoint): Promise<void> {
  const concerns = concernsJob(jobId);
  let seen = 0;
  return new Promise((resolve) => {
    const crash = (call: Call) => {
      cloud.gateway.observers.delete(observer);
      killHolder(cloud, call.caller.holder);
      resolve();
      return "drop" as const;
    };
    const observer = {
      before(call: Call) {
        // The message of a receive is unknown before it; "before" it is the same as after the previous call.
        const isIt = concerns(call, "") && seen === point.call && point.moment === "before";
        return isIt ? crash(call) : ("proceed" as const);
      },
      after(call: Call, _status: number, answer: string) {
        if (!concerns(call, answer)) return "proceed" as const;
        const isIt = seen === point.call && point.moment === "after";
        seen++;
        return isIt ? crash(call) : ("proceed" as const);
      },
    };
    cloud.gateway.observers.add(observer);
  });
}

/** A call belongs to a job if it names the job, receives its message, or uses that message's receipt handle. */
function concernsJob(jobId: string): (call: Call, answer: string) => boolean {
  const receipts = new Set<string>();
  return ({ action, input, path, caller }, answer) => {
    // Status requests have no effect on the job.
    if (caller.holder.startsWith("function/api-status-")) return false;
    for (const [, receipt] of answer.includes(jobId) ? answer.matchAll(/"ReceiptHandle":"([^"]+)"/g) : []) {
      if (receipt) receipts.add(receipt);
    }
    if (action === "ReceiveMessage") return answer.includes(jobId);
    const text = `${path} ${JSON.stringify(input ?? "")}`;
    return text.includes(jobId) || [...receipts].some((receipt) => text.includes(receipt));
  };
}

function killHolder(cloud: Cloud, holder: string): void {
  const [kind, id] = holder.split("/");
  const pids =
    kind === "function"
      ? [...cloud.functions.values()]
          .filter(({ name }) => name === id)
          .flatMap((running) => running.environments().map(({ pid }) => pid))
      : [...cloud.services.values()].flatMap((service) =>
          service.tasks().flatMap((task) => (task.id === id && task.pid !== undefined ? [task.pid] : [])),
        );
  for (const pid of pids) process.kill(pid, "SIGKILL");
}
