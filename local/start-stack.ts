import { fileURLToPath } from "node:url";
import { type RunOptions, runProgram } from "../engine/run-program.ts";
import { clamp } from "../runtime/arithmetic.ts";
import { asError } from "../runtime/errors.ts";
import { Cloud, type CloudOptions } from "./cloud.ts";
import { createMissingQueue } from "./create-missing-queue.ts";
import { laptopProvider } from "./resources/provider.ts";
import { createDeveloper, type DeveloperKeys } from "./users.ts";

export interface Stack {
  cloud: Cloud;
  outputs: Record<string, string>;
  /** Keys that sign API requests, if auth is iam. */
  developerKeys?: DeveloperKeys;
  /** Stops everything in order. */
  down(): Promise<void>;
}

export interface StackOptions extends Omit<CloudOptions, "place"> {
  /** Overrides of the stack file, such as `sluice:slots`. */
  config: Record<string, string>;
  /** Folder of Pulumi.yaml; only tests set another one. */
  program?: string;
  /** Only tests start the program in another way than in its own process. */
  start?: RunOptions["start"];
  signal?: AbortSignal;
}

const place = { region: "eu-central-1", accountId: "000000000000" };

/**
 * Only this machine can reach the API, so it needs no authorization by default. Stack files never set `none`. The demo and the
 * journeys need jobs that sleep and fail.
 */
const laptopConfig = { "sluice:auth": "none", "sluice:testControls": "true", "aws:region": place.region };

/**
 * The controller's tick rate on a faster clock: as many ticks per minute as on AWS, but at most two per real second,
 * because of this machine's load.
 */
function pace(speed: number): Record<string, string> {
  const minuteMilliseconds = Math.round(60_000 / speed);
  return {
    "sluice:minuteMilliseconds": String(minuteMilliseconds),
    "sluice:ticksPerMinute": String(clamp(Math.floor(minuteMilliseconds / 500), 1, 6)),
  };
}

/** Starts what the program declares. If it fails, everything already created is stopped. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const cloud = await Cloud.start({ ...options, place });
  const config = { ...laptopConfig, ...pace(options.speed), ...options.config };
  try {
    const { outputs } = await runProgram(
      {
        directory: options.program ?? fileURLToPath(new URL("..", import.meta.url)),
        stack: "dev",
        config,
      },
      laptopProvider(cloud),
      { ...(options.signal ? { signal: options.signal } : {}), ...(options.start ? { start: options.start } : {}) },
    );
    for (const arn of (outputs.replyQueueArns ?? []) as string[]) await createMissingQueue(cloud, arn);
    return {
      cloud,
      outputs: asTexts(outputs),
      ...(config["sluice:auth"] === "iam" ? { developerKeys: createDeveloper(cloud) } : {}),
      down: () => cloud.close(),
    };
  } catch (error) {
    await cloud.close().catch((second: unknown) => {
      throw new AggregateError(
        [error, second],
        `${asError(error).message}; stopping the stack failed as well: ${asError(second).message}`,
      );
    });
    throw error;
  }
}

function asTexts(outputs: Record<string, unknown>): Record<string, string> {
  const given = Object.entries(outputs).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
