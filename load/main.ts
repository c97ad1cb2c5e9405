import { appendFile, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { formatSeconds } from "../report/duration.ts";
import { createLiveLine } from "../report/live-line.ts";
import { formatProgress } from "../report/progress.ts";
import { systemClock } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import { connect } from "./connect.ts";
import { drawPage } from "./draw-page.ts";
import { findTarget } from "./find-target.ts";
import { type LoadFlags, readFlags, usage } from "./flags.ts";
import { formatSummary } from "./format-summary.ts";
import { exitCodes, judgeLoad } from "./judge-load.ts";
import { planLoad } from "./plan.ts";
import { requireControls } from "./require-controls.ts";
import { type LoadProgress, runLoad } from "./run-load.ts";
import { summarizeLoad } from "./summarize-load.ts";

/** API Gateway answers within 30 s. 60 s is a usual timeout of load tests. */
const remoteAnswerSeconds = 60;
/** An API on this machine shares its processors with the load test: it answers slowly, but refuses nothing. */
const localAnswerSeconds = 600;
const root = fileURLToPath(new URL("..", import.meta.url));
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => stopping.abort(new Error("Stopped before the verdict.")));
}
// The launcher ended without a signal.
process.on("disconnect", () => stopping.abort(new Error("Stopped before the verdict.")));

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${asError(error).message}\n`);
  return exitCodes.none;
});
// An open channel to the launcher keeps the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const flags = readFlags(args);
  if (flags.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  const requests = await planLoad(flags.plan);
  // A file that cannot be written must fail now, not after the load.
  for (const file of [flags.jsonFile, flags.htmlFile]) if (file !== undefined) await appendFile(file, "");
  const target = await findTarget({ root, url: flags.url, folder: flags.folder });
  const answerSeconds = flags.answerSeconds ?? (isOnThisMachine(target.url) ? localAnswerSeconds : remoteAnswerSeconds);
  const token = flags.tokenFile === undefined ? undefined : (await readFile(flags.tokenFile, "utf8")).trim();
  const connection = await connect({ ...flags, ...target, token, answerSeconds, signal: stopping.signal });
  const line = createLiveLine(process.stdout);
  try {
    await requireControls(connection.watcher, requests, stopping.signal);
    const signed = connection.isSigned ? ", signed" : "";
    line.print(`${requests.length} requests to ${target.url}${signed}; each may take ${answerSeconds} s`);
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
    const verdict = judgeLoad(summary, flags.limits);
    const { sendingSeconds, followingSeconds, settlingSeconds, secondLookSeconds } = record.phases;
    line.print(
      `\nTime spent: sending ${formatSeconds(sendingSeconds)}, following ${formatSeconds(followingSeconds)}, ` +
        `settling ${formatSeconds(settlingSeconds)}, second look ${formatSeconds(secondLookSeconds)}.\n`,
    );
    line.print(formatSummary(summary, verdict));
    const about = { url: target.url, arguments: args, startedAt: new Date(record.startedAt).toISOString() };
    await writeFiles(flags, {
      json: { ...about, answerSeconds, limits: flags.limits, verdict, phases: record.phases, ...summary },
      html: () => drawPage(`${about.startedAt} · ${about.url} · ${args.join(" ")}`, record, summary, verdict),
    });
    return exitCodes[verdict.outcome];
  } finally {
    line.close();
    await connection.close();
  }
}

function describe({ phase, planned, answered, accepted, finished }: LoadProgress): string {
  if (phase === "sending") return `${formatProgress("sent", answered, planned)} · ${finished} finished`;
  if (phase === "following" || finished < accepted) return formatProgress("finished", finished, accepted);
  return "all jobs ended; waiting for the fleet to shrink, then checking each end again";
}

function isOnThisMachine(url: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);
}

async function writeFiles({ jsonFile, htmlFile }: LoadFlags, { json, html }: { json: unknown; html: () => string }) {
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(json, undefined, 2)}\n`);
  if (htmlFile !== undefined) await writeFile(htmlFile, html());
}
