import { Socket } from "node:net";
import { uploadEnvironment } from "../../contract/environment.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import type { Artifacts } from "../jobs/artifacts.ts";
import { runs } from "../jobs/types/runs.ts";
import { channelDescriptor } from "./runner-protocol.ts";
import { serveRuns } from "./serve-runs.ts";

/*
 * A runner process: the worker forks one for each slot and sends it one job after the other. What a handler does to this
 * process - spin, exit, eat memory - it does to its own attempt only.
 */
const environment = readEnvironment(uploadEnvironment, process.env);

// When the worker stops it says so over the channel: a terminal or a container runtime may signal the whole group, and
// handlers that can still finish should.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

const channel = new Socket({ fd: channelDescriptor, readable: true, writable: true });
// Without the worker nobody waits for an answer. A handler that spins notices only when its container ends.
channel.on("error", () => process.exit(1));
channel.on("close", () => process.exit(0));

let artifacts: Promise<Artifacts> | undefined;

serveRuns(channel, {
  runs,
  clock: systemClock,
  async openUpload(owner, objectKey) {
    artifacts ??= connect();
    return (await artifacts).openUpload(owner, objectKey);
  },
});

/** Loaded when first needed: most job types never read an upload, and the SDK is most of what a runner would hold. */
async function connect(): Promise<Artifacts> {
  const [{ createBucketClient }, { createArtifacts }] = await Promise.all([
    import("../../runtime/aws.ts"),
    import("../jobs/artifacts.ts"),
  ]);
  return createArtifacts({ client: createBucketClient(), bucketName: environment.ARTIFACTS_BUCKET_NAME });
}
