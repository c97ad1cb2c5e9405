import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { JobView } from "../../contract/http.ts";
import { dropJobId } from "../../contract/intake.ts";
import type { Subscriber } from "../../contract/subscriber.ts";
import { checkCounts, type Difference } from "../demo/check-counts.ts";
import { type CollectedText, collectTexts } from "../demo/collect-texts.ts";
import type { Journey } from "./journey.ts";

const root = new URL("../..", import.meta.url);

/** Files of the drop bucket become jobs; the example's two queues, a user and an operator hear of their ends. */
export async function dropTextsConfig(): Promise<Record<string, string>> {
  const example = parse(await readFile(new URL("docs/examples/Pulumi.events.yaml", root), "utf8")) as {
    config: { "sluice:subscribers": Subscriber[] };
  };
  return {
    "sluice:drops": '[{"suffix":".txt","type":"word-frequency"}]',
    "sluice:eventDetail": "ends",
    "sluice:subscribers": JSON.stringify([...example.config["sluice:subscribers"], { email: user }]),
    // On a busy machine the sweeper should not publish events before the worker does.
    "sluice:sweepAfterSeconds": "60",
  };
}

const user = "user@example.com";
const operator = "ops@example.com";

/** Texts of the installed packages under names with spaces, signs and other scripts, and some files that are no texts. */
export async function pickTexts(count: number, brokenCount: number): Promise<CollectedText[]> {
  const all = await collectTexts(fileURLToPath(root));
  const step = all.length / count;
  const texts = Array.from({ length: count }, (_, n) => all[Math.floor(n * step)]).filter((one) => one !== undefined);
  const broken = Array.from({ length: brokenCount }, (_, n) => ({ path: "broken", bytes: Uint8Array.of(0xff, 0, n) }));
  return [...texts, ...broken].map(({ path, bytes }, n) => ({ path: `in/${n} ${path}+é.txt`, bytes }));
}

export interface Outcome {
  /** Results that differ from an independent count. */
  differences: Difference[];
  /** Ids of these files' jobs, each once and sorted: an event may come twice. */
  counts: string[];
  troubles: string[];
  mailsToUser: string[];
  mailsToOperator: string[];
}

/** Waits until the jobs of the files have ended. Returns what should come of them, and a look at what has come. */
export async function followDrops(
  journey: Journey,
  texts: readonly (CollectedText & { version: string })[],
): Promise<{ expected: Outcome; observe: () => Promise<Outcome> }> {
  const bucketName = String(journey.stack.outputs.dropBucketName);
  const sent = texts.map((text) => ({
    ...text,
    jobId: dropJobId({ bucketName, key: text.path, version: text.version }),
    wasUploaded: true,
  }));
  const finished = await Promise.all(
    sent.map(async (one) => {
      const job = await journey.finished(one.jobId);
      return { ...one, job, result: await resultOf(job) };
    }),
  );
  const ids = (isBroken: boolean) =>
    sent
      .filter(({ path }) => path.includes("broken") === isBroken)
      .map(({ jobId }) => jobId)
      .sort();
  const expected: Outcome = {
    differences: [],
    counts: ids(false),
    troubles: ids(true),
    mailsToUser: [...ids(false), ...ids(true)].sort(),
    mailsToOperator: ids(true),
  };
  const differences = finished.flatMap(checkCounts);
  const own = new Set(sent.map(({ jobId }) => jobId));
  const idsOf = (ids: string[]) => [...new Set(ids.filter((id) => own.has(id)))].sort();
  const observe = async (): Promise<Outcome> => ({
    differences,
    counts: idsOf(journey.events("counts").map(({ jobId }) => jobId)),
    troubles: idsOf(journey.events("troubles").map(({ jobId }) => jobId)),
    mailsToUser: idsOf(mailed(user, await journey.mails())),
    mailsToOperator: idsOf(mailed(operator, await journey.mails())),
  });
  return { expected, observe };
}

async function resultOf({ result, resultUrl }: JobView): Promise<JobView["result"]> {
  return resultUrl === undefined ? result : ((await (await fetch(resultUrl)).json()) as JobView["result"]);
}

/** Ids of the jobs that the mails to an address are about. */
function mailed(address: string, mails: string[]): string[] {
  return mails
    .filter((mail) => mail.startsWith(`To: ${address}\n`))
    .map((mail) => /^Job:\s+(\S+)$/m.exec(mail)?.[1] ?? "");
}
