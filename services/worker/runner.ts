import { Socket } from "node:net";
import { uploadEnvironment } from "../../contract/environment.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import type { Artifacts } from "../jobs/artifacts.ts";
import { runsOf } from "../jobs/types/runs.ts";
import { channelDescriptor, testControlsArgument } from "./runner-protocol.ts";
import { serveRuns } from "./serve-runs.ts";

/*
 * Entry of a runner process. The worker starts one for each slot and sends it one job after another. A handler that
 * spins, exits or runs out of memory harms only its own attempt.
 */
const environment = readEnvironment(uploadEnvironment, process.env);

// Ignored: a terminal or a container runtime may signal the whole process group, but handlers should still finish. The
// worker aborts them over the channel when it must.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

const channel = new Socket({ fd: channelDescriptor, readable: true, writable: true });
// The worker is gone and no outcome is awaited. A handler that spins ends only with its container.
channel.on("error", () => process.exit(1));
channel.on("close", () => process.exit(0));

let artifacts: Promise<Artifacts> | undefined;

serveRuns(channel, {
  runs: runsOf({ testControls: process.argv.includes(testControlsArgument) }),
  clock: systemClock,
  async openUpload(owner, objectKey) {
    artifacts ??= connect();
    return (await artifacts).openInput(owner, objectKey);
  },
});

/** Imported on first use: most job types read no upload, and the SDK would take most of a runner's memory. */
async function connect(): Promise<Artifacts> {
  const [{ createBucketClient }, { createArtifacts }] = await Promise.all([
    import("../../runtime/aws.ts"),
    import("../jobs/artifacts.ts"),
  ]);
  return createArtifacts({ client: createBucketClient(), bucketName: environment.ARTIFACTS_BUCKET_NAME });
}
