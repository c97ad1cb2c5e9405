import type { LiveLine } from "../report/live-line.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Cloud } from "./cloud.ts";
import type { JobCounts } from "./count-jobs.ts";

const intervalMilliseconds = 250;

/** Keeps one line of a terminal true: what waits, what is being done, by how many tasks, and how much is done. */
export function startStatusLine(options: {
  cloud: Cloud;
  queueUrl: string;
  jobs: JobCounts;
  line: LiveLine;
  clock: Clock;
}): () => void {
  const { cloud, queueUrl, jobs, line, clock } = options;
  let cancel = () => {};
  const tick = () => {
    line.update(describe(cloud, queueUrl, jobs));
    cancel = clock.after(intervalMilliseconds, tick);
  };
  tick();
  return () => cancel();
}

function describe(cloud: Cloud, queueUrl: string, jobs: JobCounts): string {
  const { visible, inFlight } = cloud.sqs.counts(queueUrl);
  const tasks = [...cloud.services.values()].flatMap((service) => service.tasks());
  const running = tasks.filter(({ status }) => status === "RUNNING").length;
  return `queue ${visible} · in flight ${inFlight} · tasks ${running} · jobs done ${jobs.finished} of ${jobs.accepted}`;
}
