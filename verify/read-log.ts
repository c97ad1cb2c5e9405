import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { regionOf } from "../client/sig-v4-signer.ts";
import type { Target } from "../load/find-target.ts";
import { systemClock } from "../runtime/clock.ts";
import { AppError } from "../runtime/errors.ts";

const hourMilliseconds = 3_600_000;

/** The last hour's lines of a log group. */
export async function readCloudWatch(logGroupName: string, apiUrl: string): Promise<string[]> {
  const client = new CloudWatchLogsClient(regionOption(apiUrl));
  try {
    const { events = [] } = await client.send(
      new FilterLogEventsCommand({ logGroupName, startTime: systemClock.now() - hourMilliseconds, limit: 1_000 }),
    );
    return events.flatMap(({ message }) => message ?? []);
  } finally {
    client.destroy();
  }
}

/** The lines of all tasks of a stack on this machine. */
export async function readFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith("task-"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => text.trimEnd().split("\n"));
}

/** The owner of jobs that this machine's AWS credentials submit: account and unique id of the role or user. */
export async function ownUserId({ url, keys }: Pick<Target, "url" | "keys">): Promise<string> {
  if (keys) throw new AppError("no-user", "Expected --user for a stack on this machine that requires signatures.");
  const client = new STSClient(regionOption(url));
  try {
    const { Account, UserId } = await client.send(new GetCallerIdentityCommand({}));
    return `${Account}.${UserId?.split(":")[0]}`;
  } finally {
    client.destroy();
  }
}

function regionOption(url: string): { region?: string } {
  const region = regionOf(url);
  return region === undefined ? {} : { region };
}
