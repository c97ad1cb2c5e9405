import { appendFile, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { formatSeconds } from "../report/duration.ts";
import { formatHtmlPage } from "../report/html-page.ts";
import { createLiveLine } from "../report/live-line.ts";
import { formatProgress } from "../report/progress.ts";
import { systemClock } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import { drawCharts } from "./charts.ts";
import { connect } from "./connect.ts";
import { findTarget } from "./find-target.ts";
import { type Flags, readFlags, usage } from "./flags.ts";
import { formatSummary, judge, tabulate } from "./format-summary.ts";
import { planLoad } from "./plan.ts";
import { type LoadProgress, runLoad } from "./run-load.ts";
import { summarizeLoad } from "./summarize-load.ts";

const laptopAnswerSeconds = 600;
/** Exit code where nothing can be said of jobs, good or bad. */
const noVerdict = 2;
const root = fileURLToPath(new URL("..", import.meta.url));
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => stopping.abort(new Error("Stopped before the verdict.")));
}
// The launcher is gone without a word.
process.on("disconnect", () => stopping.abort(new Error("Stopped before the verdict.")));

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${asError(error).message}\n`);
  return noVerdict;
});
// The channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const flags = readFlags(args);
  if (flags.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  const requests = await planLoad(flags.plan);
  // Not found out when the report is to be written, and lost.
  for (const file of [flags.jsonFile, flags.htmlFile]) if (file !== undefined) await appendFile(file, "");
  const target = await findTarget({ root, url: flags.url, folder: flags.folder });
  // A laptop keeps everyone waiting, and turns nobody away.
  const answerSeconds = target.fleetFile === undefined ? undefined : laptopAnswerSeconds;
  const token = flags.tokenFile === undefined ? undefined : (await readFile(flags.tokenFile, "utf8")).trim();
  const connection = await connect({ ...flags, ...target, token, answerSeconds, signal: stopping.signal });
  const line = createLiveLine(process.stdout);
  try {
    line.print(`${requests.length} requests to ${target.url}${connection.isSigned ? ", signed" : ""}`);
    const record = await runLoad({
      ...flags,
      ...connection,
      requests,
      fleetFile: target.fleetFile,
      clock: systemClock,
      signal: stopping.signal,
      onProgress: (progress) => line.update(describe(progress)),
    });
    line.close();
    const summary = summarizeLoad(record);
    const { sendingSeconds, followingSeconds, settlingSeconds, secondLookSeconds } = record.phases;
    line.print(`\n${formatSummary(summary)}`);
    line.print(
      `Time spent: sending ${formatSeconds(sendingSeconds)}, following ${formatSeconds(followingSeconds)}, ` +
        `settling ${formatSeconds(settlingSeconds)}, second look ${formatSeconds(secondLookSeconds)}.`,
    );
    const about = { url: target.url, arguments: args, startedAt: new Date(record.startedAt).toISOString() };
    await writeFiles(flags, {
      json: { ...about, phases: record.phases, ...summary },
      html: () =>
        formatHtmlPage({
          title: "Load test",
          paragraphs: [`${about.startedAt} · ${about.url} · ${args.join(" ")}`, ...judge(summary)],
          tables: tabulate(summary),
          charts: drawCharts(record),
        }),
    });
    if (summary.accepted === 0) return noVerdict;
    return summary.ok ? 0 : 1;
  } finally {
    line.close();
    await connection.close();
  }
}

function describe({ phase, planned, answered, accepted, finished }: LoadProgress): string {
  if (phase === "sending") return `${formatProgress("sent", answered, planned)} · ${finished} finished`;
  if (phase === "following") return formatProgress("finished", finished, accepted);
  return "all ended; the fleet settles, then each end is looked at again";
}

async function writeFiles({ jsonFile, htmlFile }: Flags, { json, html }: { json: unknown; html: () => string }) {
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(json, undefined, 2)}\n`);
  if (htmlFile !== undefined) await writeFile(htmlFile, html());
}
