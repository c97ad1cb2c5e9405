import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { JobView } from "../contract/http.ts";
import { backUp } from "./backup/back-up.ts";
import { restoreSnapshots } from "./backup/snapshot.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

const journeys: Journey[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const journey of journeys.splice(0)) await journey.down();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function start(config: Record<string, string>): Promise<Journey> {
  const journey = await startJourney({ config });
  journeys.push(journey);
  return journey;
}

/** So many that the result is an object in the bucket. */
const manyWords = Array.from({ length: 5_000 }, (_, n) => `word${n}`).join(" ");

async function resultOf({ resultUrl }: JobView): Promise<unknown> {
  return (await fetch(String(resultUrl))).json();
}

/** Makes the backup that the plan makes at its next hour. */
async function backUpNow({ stack: { cloud, outputs } }: Journey): Promise<void> {
  const role = [...cloud.roles.values()].find(({ arn }) => arn.includes("role/backup-job-"));
  const { region, accountId } = cloud.place;
  for (const resourceArn of [
    `arn:aws:dynamodb:${region}:${accountId}:table/${outputs.jobsTableName}`,
    `arn:aws:s3:::${outputs.artifactsBucketName}`,
  ])
    await backUp(cloud, { resourceArn, roleArn: String(role?.arn), vaultName: String(outputs.backupVaultName) });
}

/** The lines of the backup function about the end of a backup. */
function ends(journey: Journey): Record<string, unknown>[] {
  return journey.lines
    .filter((line) => line.startsWith("function/backup-") && line.includes('"CloudWatchMetrics"'))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))) as Record<string, unknown>);
}

it("a stack that is restored from its backup has the finished jobs, and finishes the waiting ones", async () => {
  const first = await start({ "sluice:backup": "hourly", "sluice:maxTasks": "1", "sluice:slots": "1" });
  const long = { jobId: "finished", type: "word-frequency", payload: { text: manyWords } };
  await first.post(long);
  const counted = await resultOf(await first.finished("finished"));
  await first.post({ jobId: "running", payload: { sleepMs: 600_000 } });
  await first.finishes.whenStarted("running");
  await first.post({ jobId: "waiting", payload: "hello" });
  // By the plan's schedule, before there were any jobs.
  await expect.poll(() => ends(first).length).toBeGreaterThanOrEqual(2);
  await backUpNow(first);
  await expect.poll(() => ends(first).length).toBeGreaterThanOrEqual(4);
  const logged = ends(first);
  const folder = await mkdtemp(join(tmpdir(), "sluice-backups-"));
  folders.push(folder);
  await cp(join(first.stack.cloud.options.directory, "backups"), folder, { recursive: true });
  await journeys.pop()?.down();

  const second = await start({});
  const { jobsTableName, artifactsBucketName } = second.stack.outputs;
  await restoreSnapshots(second.stack.cloud, folder, [String(jobsTableName), String(artifactsBucketName)]);

  expect(logged).toEqual(
    logged.map(() =>
      expect.objectContaining({ state: "COMPLETED", BackupsSucceeded: 1, message: "backup job succeeded" }),
    ),
  );
  expect(new Set(logged.map(({ resourceType }) => resourceType))).toEqual(new Set(["DynamoDB", "S3"]));
  expect(counted).toMatchObject({ words: 5_000, distinctWords: 5_000 });
  expect(await resultOf(await second.get("finished"))).toEqual(counted);
  await second.finishes.when("waiting");
  expect(await second.get("waiting")).toMatchObject({ state: "succeeded", result: { echo: "hello" } });
});

it("a backup that fails is one error line with the reason, and raises an alarm", async () => {
  const journey = await start({ "sluice:backup": "daily" });
  const { cloud, outputs } = journey.stack;
  const table = `arn:aws:dynamodb:${cloud.place.region}:${cloud.place.accountId}:table/${outputs.jobsTableName}`;

  await backUp(cloud, { resourceArn: table, roleArn: "arn:nobody", vaultName: String(outputs.backupVaultName) });

  await expect
    .poll(() => ends(journey))
    .toContainEqual(
      expect.objectContaining({
        level: 50,
        state: "FAILED",
        BackupsFailed: 1,
        statusMessage: `arn:nobody is not authorized to perform dynamodb:StartAwsBackupJob on ${table}`,
      }),
    );
  const alarm = [...cloud.cloudWatch.alarms].find(([name]) => name.startsWith("watch-backup-failed"))?.[1];
  await expect.poll(() => alarm?.state.value).toBe("ALARM");
});
