import { mean } from "../../runtime/arithmetic.ts";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { findPolicy } from "../../simulator/policies/catalogue.ts";
import { play } from "../../simulator/replay/replay.ts";
import { judgeReplay } from "../../simulator/replay/result.ts";
import { createScenario } from "../../simulator/replay/scenario.ts";
import { type Fleet, viewFleet, watchFleet } from "../fleet.ts";
import { type Journey, startJourney } from "./journey.ts";

/*
 * `npm run bench:laptop`: runs one job list on the laptop cloud at ten times AWS's speed and in the simulator at AWS's
 * own. Prints both results and their ratios without a verdict, because the laptop's results depend on the machine.
 * `local/ecs/same-story.test.ts` compares the two without that influence.
 */

const speed = 10;
/** In real seconds; ten times as long in the simulator. */
const serviceSeconds = 2;
/** Long compared with the start of a process on a busy machine, which no model covers. */
const waitTargetSeconds = 15;
const machines = { slotsPerTask: 2, tasksPerInstance: 3, minTasks: 1, maxTasks: 10, initialTasks: 1 };

/** Quiet, one minute of AWS's with a job every two seconds, three minutes with twelve times as many, quiet. */
const arrivalSeconds = [
  ...Array.from({ length: 30 }, (_, index) => index * 0.2),
  ...Array.from({ length: 108 }, (_, index) => 6 + index / 6),
];
const patienceSeconds = 50;

interface Story {
  inTimePercent: number;
  mostTasks: number;
  taskSeconds: number;
}

const simulated = [1, 2, 3, 4].map(simulate);
const journey = await startJourney({
  speed,
  config: {
    "sluice:slots": String(machines.slotsPerTask),
    "sluice:minTasks": String(machines.minTasks),
    "sluice:maxTasks": String(machines.maxTasks),
    "sluice:waitTargetSeconds": String(waitTargetSeconds),
    "sluice:expectedJobMilliseconds": String(serviceSeconds * 1_000),
    "sluice:visibilitySeconds": "10",
  },
});
try {
  const laptop = await runOnLaptop(journey);
  for (const name of ["inTimePercent", "mostTasks", "taskSeconds"] as const) {
    const model = simulated.map((story) => story[name]);
    const seeds = model.map((value) => value.toFixed(1)).join(", ");
    console.log(
      `${name}: laptop ${laptop[name].toFixed(1)}, simulator ${seeds}; ratio ${(laptop[name] / mean(model)).toFixed(2)}`,
    );
  }
} finally {
  await journey.down();
}

function simulate(seed: number): Story {
  const jobs = {
    arrivalSeconds: Float64Array.from(arrivalSeconds, (at) => at * speed),
    serviceSeconds: Float64Array.from(arrivalSeconds, () => serviceSeconds * speed),
  };
  const scenario = createScenario("story", jobs, {
    ...machines,
    waitTargetSeconds: waitTargetSeconds * speed,
    endSeconds: patienceSeconds * speed,
  });
  const played = play(scenario, findPolicy("steering"), { layer: "aws", seed });
  const { sloPercent, taskHours } = judgeReplay(played);
  return {
    inTimePercent: sloPercent,
    mostTasks: Math.max(...played.log.changes.map(({ tasks }) => tasks)),
    taskSeconds: (taskHours * 3_600) / speed,
  };
}

async function runOnLaptop(journey: Journey): Promise<Story> {
  const { cloud, outputs } = journey.stack;
  const looks: { at: number; tasks: number }[] = [];
  const listen = (fleet: Fleet, at: number) => void looks.push({ at, tasks: fleet.runningTasks });
  // The job list begins when the first task runs, as in the simulator.
  while (viewFleet(cloud, outputs.queueUrl ?? "").runningTasks < 1) await sleep(systemClock, 100);
  const stop = watchFleet({ cloud, queueUrl: outputs.queueUrl ?? "", clock: systemClock }, new Set([listen]));
  const startedAt = systemClock.now();
  const ids = await Promise.all(
    arrivalSeconds.map(async (arrival, index) => {
      await sleep(systemClock, startedAt + arrival * 1_000 - systemClock.now());
      await journey.post({ jobId: `job-${index}`, payload: { sleepMs: serviceSeconds * 1_000 } });
      return `job-${index}`;
    }),
  );
  const waits = await Promise.all(
    ids.map(async (jobId) => {
      const { createdAt, startedAt } = await journey.finished(jobId);
      return (Date.parse(startedAt ?? "") - Date.parse(createdAt)) / 1_000;
    }),
  );
  await sleep(systemClock, startedAt + patienceSeconds * 1_000 - systemClock.now());
  stop();
  return {
    inTimePercent: (100 * waits.filter((wait) => wait <= waitTargetSeconds).length) / waits.length,
    mostTasks: Math.max(...looks.map(({ tasks }) => tasks)),
    taskSeconds: taskSecondsOf(looks),
  };
}

function taskSecondsOf(looks: readonly { at: number; tasks: number }[]): number {
  return looks.reduce((sum, { at, tasks }, index) => sum + (tasks * ((looks[index + 1]?.at ?? at) - at)) / 1_000, 0);
}
