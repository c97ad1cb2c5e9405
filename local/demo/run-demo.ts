import { setImmediate as letEventsIn } from "node:timers/promises";
import { createJobClient } from "../../client/job-client.ts";
import { formatSeconds } from "../../report/duration.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { checkCounts, type Difference } from "./check-counts.ts";
import { collectTexts } from "./collect-texts.ts";
import { type FinishedText, followJobs } from "./follow-jobs.ts";
import { printResults } from "./print-results.ts";
import { sendTexts } from "./send-texts.ts";
import { checkSlowJobs, type SlowJobs, sendSlowJobs } from "./slow-jobs.ts";

export interface DemoOptions {
  apiUrl: string;
  /** The folder that contains `node_modules`. */
  root: string;
  /** Sent before the texts, so that a backlog builds up. */
  slowJobs: SlowJobs;
  clock: Clock;
  /** Takes whole lines. */
  write: (text: string) => void;
  onProgress?: (progress: DemoProgress) => void;
  signal?: AbortSignal;
}

export interface DemoProgress {
  texts: number;
  sent: number;
  finished: number;
}

export interface DemoOutcome {
  ok: boolean;
  /** One sentence for each unexpected result. */
  problems: string[];
}

/** Counts the words of all installed packages' README and license texts through the API, and checks every count. */
export async function runDemo(options: DemoOptions): Promise<DemoOutcome> {
  const { signal = new AbortController().signal } = options;
  try {
    const problems = await sendAndCheck({ ...options, signal });
    return { ok: problems.length === 0, problems };
  } catch (error) {
    if (signal.aborted) return { ok: false, problems: ["The demo was interrupted."] };
    if (error instanceof AppError) return { ok: false, problems: [error.message] };
    throw error;
  }
}

async function sendAndCheck(options: DemoOptions & { signal: AbortSignal }): Promise<string[]> {
  const { root, write, clock, signal, slowJobs, onProgress = () => {} } = options;
  const texts = await collectTexts(root);
  if (texts.length === 0) return [`Expected README and license texts in ${root}/node_modules; there are none.`];

  write(
    `Sending ${slowJobs.count} jobs of ${formatSeconds(slowJobs.milliseconds / 1000)} each, so that the fleet scales out ...`,
  );
  const jobs = createJobClient({ url: options.apiUrl, clock });
  const slow = await sendSlowJobs(jobs, slowJobs, { signal });

  write(`Sending ${texts.length} texts of the installed packages, whose words the workers count ...`);
  const progress = { texts: texts.length, sent: 0, finished: 0 };
  const step = (name: "sent" | "finished") => () => {
    progress[name]++;
    onProgress({ ...progress });
  };
  const sent = await sendTexts(jobs, texts, { signal, onSent: step("sent") });
  const finished = await followJobs(jobs, sent, { clock, signal, onFinished: step("finished") });
  const slowProblems = checkSlowJobs(await followJobs(jobs, slow, { clock, signal }));

  const differences = await checkAll(finished);
  printResults(finished, differences, write);
  return [...slowProblems, ...describeProblems(differences)];
}

async function checkAll(finished: readonly FinishedText[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const text of finished) {
    differences.push(...checkCounts(text));
    // The laptop cloud runs in this process as well and needs turns of the event loop.
    await letEventsIn();
  }
  return differences;
}

/** One sentence per wrong text, because one error can make thousands of counts wrong. */
function describeProblems(differences: readonly Difference[]): string[] {
  return [...Map.groupBy(differences, ({ path }) => path)].map(([path, found]) => {
    const [first] = found;
    const more = found.length > 1 ? ` (and ${found.length - 1} more differences)` : "";
    return `${path}: ${first?.what}: expected ${first?.expected}; came ${first?.got}${more}`;
  });
}
