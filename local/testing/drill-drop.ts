import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { createAccountClient } from "../account-client.ts";
import { createSender } from "../users.ts";
import { dropTextsConfig, followDrops, pickTexts } from "./drop-texts.ts";
import { startJourney } from "./journey.ts";

/*
 * `npm run drill:drop`: the AWS CLI copies a folder of 200 texts and 5 files that are no texts into the drop bucket of a stack on
 * this machine. Fails if a result differs from an independent count, or if a mail or an event is missing or at the wrong place.
 * `npm test` does the same with a client that needs no Python.
 */
const patienceMilliseconds = 120_000;
const journey = await startJourney({ config: await dropTextsConfig() });
const folder = await mkdtemp(join(tmpdir(), "sluice-drop-"));
try {
  const { cloud, outputs } = journey.stack;
  const bucketName = String(outputs.dropBucketName);
  const texts = await pickTexts(200, 5);
  for (const { path, bytes } of texts) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }

  const began = systemClock.now();
  await run("aws", ["--version"]);
  await run(
    "aws",
    ["s3", "cp", "--recursive", "--only-show-errors", folder, `s3://${bucketName}/`],
    createSender(cloud, outputs),
  );
  const copied = systemClock.now();
  const { expected, observe } = await followDrops(journey, await addVersions(bucketName, texts));
  let observed = await observe();
  while (!isDeepStrictEqual(observed, expected) && systemClock.now() - copied < patienceMilliseconds) {
    await sleep(systemClock, 200);
    observed = await observe();
  }

  console.log(
    `${texts.length} files copied after ${seconds(began, copied)} s, all jobs and mails there after ${seconds(began)} s`,
  );
  for (const key of ["counts", "troubles", "mailsToUser", "mailsToOperator"] as const) {
    console.log(`${key}: ${observed[key].length} of ${expected[key].length}`);
  }
  console.log(`results that differ from the independent count: ${observed.differences.length}`);
  if (!isDeepStrictEqual(observed, expected))
    throw new AppError("drill-drop", "expected each event and mail at its place");
} finally {
  await rm(folder, { recursive: true, force: true });
  await journey.down();
}

async function run(command: string, args: string[], variables: Record<string, string> = {}): Promise<void> {
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...variables } });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new AppError("drill-drop", `expected exit code 0 of ${command} ${args[0]}; came ${code}`);
}

/** The CLI does not print versions, and its user may not read. */
async function addVersions<File extends { path: string }>(
  Bucket: string,
  files: File[],
): Promise<(File & { version: string })[]> {
  const client = createAccountClient(journey.stack.cloud);
  const found = files.map(async (file) => {
    const { VersionId } = await client.send(new HeadObjectCommand({ Bucket, Key: file.path }));
    return { ...file, version: String(VersionId) };
  });
  return Promise.all(found).finally(() => client.destroy());
}

function seconds(from: number, to = systemClock.now()): string {
  return ((to - from) / 1000).toFixed(1);
}
