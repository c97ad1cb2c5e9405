import type { LiveLine } from "../report/live-line.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Cloud } from "./cloud.ts";
import type { JobCounts } from "./count-jobs.ts";

const intervalMilliseconds = 250;

/** Keeps one line of a terminal true: what waits, what is being done, by how many tasks, and how much is done. */
export function startStatusLine(options: { cloud: Cloud; jobs: JobCounts; line: LiveLine; clock: Clock }): () => void {
  const { cloud, jobs, line, clock } = options;
  let cancel = () => {};
  const tick = () => {
    line.update(describe(cloud, jobs));
    cancel = clock.after(intervalMilliseconds, tick);
  };
  tick();
  return () => cancel();
}

function describe(cloud: Cloud, jobs: JobCounts): string {
  const { visible, inFlight } = cloud.queueCounts();
  const tasks = [...cloud.services.values()].flatMap((service) => service.tasks());
  const running = tasks.filter(({ status }) => status === "RUNNING").length;
  return `queue ${visible}  in flight ${inFlight}  tasks ${running}  jobs done ${jobs.finished} of ${jobs.accepted}`;
}
