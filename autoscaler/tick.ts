import type { Clock } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import type { Log } from "../runtime/log.ts";
import { type Backlog, measureBacklog, type QueueSample } from "./decide/backlog.ts";
import type { Publish } from "./publish/publish-metrics.ts";
import { type Senses, takeSample } from "./sample/take-sample.ts";

export interface TickDeps {
  senses: Senses;
  publish: Publish;
  clock: Clock;
  log: Log;
}

export type TickResult =
  | { published: true; sample: QueueSample; decision: Backlog }
  /** Nothing was published: no data holds the tasks where they are, and the missing heartbeat raises the alarm. */
  | { published: false; reason: string };

/** One look and one decision. The same in the scheduled function and in the daemon. */
export async function tick({ senses, publish, clock, log }: TickDeps): Promise<TickResult> {
  try {
    const sample = await takeSample(senses);
    const decision = measureBacklog(sample);
    await publish(sample, decision, clock.now());
    log.info({ sample, decision }, `${sample.visibleJobs} jobs wait for ${sample.runningTasks} running tasks`);
    return { published: true, sample, decision };
  } catch (error) {
    const reason = asError(error).message;
    log.error({ err: error }, `nothing published: ${reason}`);
    return { published: false, reason };
  }
}
