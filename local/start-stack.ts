import { fileURLToPath } from "node:url";
import { runProgram } from "../engine/run-program.ts";
import { clamp } from "../runtime/arithmetic.ts";
import { asError } from "../runtime/errors.ts";
import { Cloud, type CloudOptions } from "./cloud.ts";
import { laptopProvider } from "./resources/provider.ts";
import { createDeveloper, type DeveloperKeys } from "./users.ts";

export interface Stack {
  cloud: Cloud;
  outputs: Record<string, string>;
  /** Where the API wants signatures: keys to sign with. */
  developerKeys?: DeveloperKeys;
  /** Ends every part in order; what is left afterwards is nothing. */
  down(): Promise<void>;
}

export interface StackOptions extends Omit<CloudOptions, "place"> {
  /** Over the stack file: `sluice:slots` and such. */
  config: Record<string, string>;
  /** Folder of Pulumi.yaml; the project's own unless a test brings another program. */
  program?: string;
  signal?: AbortSignal;
}

const place = { region: "eu-central-1", accountId: "000000000000" };

/** Only this machine reaches the API here, so it asks nobody who they are unless it is told to; stack files never say so. */
const laptopConfig = { "sluice:auth": "none", "aws:region": place.region };

/**
 * How the controller keeps step with a cloud whose minutes are shorter: as many ticks in one as on AWS, but not more than two
 * a second, which this machine has to work for.
 */
function pace(speed: number): Record<string, string> {
  const minuteMilliseconds = Math.round(60_000 / speed);
  return {
    "sluice:minuteMilliseconds": String(minuteMilliseconds),
    "sluice:ticksPerMinute": String(clamp(Math.floor(minuteMilliseconds / 500), 1, 6)),
  };
}

/** Brings up what the program declares. When it fails, what was already made is taken down again. */
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
      options.signal ? { signal: options.signal } : {},
    );
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
        `${asError(error).message}; and the teardown failed: ${asError(second).message}`,
      );
    });
    throw error;
  }
}

function asTexts(outputs: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)]));
}
