import { Socket } from "node:net";
import { systemClock } from "../../runtime/clock.ts";
import { runsOf } from "../jobs/types/runs.ts";
import { channelDescriptor, testControlsArgument } from "./runner-protocol.ts";
import { serveRuns } from "./serve-runs.ts";

/*
 * Entry of a runner process. The worker starts runners and sends each of them one job after another. A handler that spins, exits or
 * runs out of memory harms only its own attempt.
 */

// Ignores SIGINT and SIGTERM, which a container runtime may send to every process. The worker stops handlers over the channel.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

const channel = new Socket({ fd: channelDescriptor, readable: true, writable: true });
// The worker is gone and no outcome is awaited. The guard of launch-runner.ts ends a handler that spins.
channel.on("error", () => process.exit(1));
channel.on("close", () => process.exit(0));

const runs = runsOf({ testControls: process.argv.includes(testControlsArgument) });
serveRuns(channel, { runs, clock: systemClock, environment: process.env });
