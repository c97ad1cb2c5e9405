import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { writeOutputs } from "./outputs.ts";
import { allDone, calm, floor, sendBacklog, slowJobs, untilTasks } from "./testing/backlog.ts";
import { type Journey, startJourney } from "./testing/journey.ts";
import { onlyCluster, onlyService, suspendPolicies } from "./testing/only-service.ts";
import { createOperator, writeKeys } from "./users.ts";

let journey: Journey;
afterEach(() => journey.down());

// The backstop and the scale-from-zero alarm act when the controller is late, and on a busy machine it is. They are suspended, so that what happens is the controller's own doing.
describe("a steering controller", () => {
  it("brings tasks with their instances for a backlog at once, and takes both back to the least", async () => {
    journey = await startJourney({ speed: 20, config: slowJobs });
    suspendPolicies(journey);
    await calm(journey);

    const ids = await sendBacklog(journey);
    await untilTasks(journey, ({ runningCount }) => runningCount === 6);
    const most = onlyCluster(journey).instances().length;
    await allDone(journey, ids);
    await calm(journey);

    writeAccess();
    const { activities } = journey.stack.cloud.scaling;
    expect(activities.find(({ to }) => to === 6)).toMatchObject({ trigger: "bounds" });
    // Six tasks of 1 GiB, three an instance.
    expect(most).toBe(2);
    expect([floor(journey), onlyCluster(journey).capacity?.minimum]).toEqual([1, 1]);
    expect(await askController("status")).toMatch(/decided [\s\S]+set-min-capacity +\d+ +done +\d+ jobs wait/);
    expect(await askController("explain")).toMatch(/^at \(UTC\)[\s\S]+the same +- +0 jobs wait, 0 are in flight/);
  });

  it("lifts a service that sleeps at zero for a single job, once", async () => {
    journey = await startJourney({ speed: 60, config: { ...slowJobs, "sluice:minTasks": "0" } });
    suspendPolicies(journey);
    expect([onlyService(journey).desiredCount, onlyCluster(journey).instances().length]).toEqual([0, 0]);

    await journey.post({ jobId: "lonely", payload: "anybody there?" });
    const job = await journey.finished("lonely");
    await untilTasks(journey, ({ runningCount, desiredCount }) => runningCount === 0 && desiredCount === 0);

    expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(journey.stack.cloud.scaling.activities.map(({ from, to }) => [from, to])).toEqual([[0, 1]]);
  });
});

/** Writes what `npm run scaler` needs to find and read the stack. */
function writeAccess(): void {
  const { cloud, outputs } = journey.stack;
  writeOutputs(cloud.options.directory, outputs);
  writeKeys(cloud.options.directory, "operator.json", createOperator(cloud, outputs));
}

/** `npm run scaler`, as a process of its own. */
async function askController(command: string): Promise<string> {
  const folder = journey.stack.cloud.options.directory;
  const main = fileURLToPath(new URL("../autoscaler/cli/main.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, command, "--folder", folder, "--last", "90"]);
  return stdout;
}
