import { formatTable } from "../report/table.ts";
import type { ComputeAdvice } from "./advise-compute.ts";
import { type ComputeLeaf, computeLeaves, computeNames } from "./compute-tree.ts";
import { configAdvice } from "./config-lines.ts";
import { kinesisToInbox, type MessagingAdvice, messagingLeaves } from "./messaging.ts";
import { messagingCosts } from "./messaging-costs.ts";
import { assumedOfMonth, monthCosts, monthLoad } from "./month-costs.ts";
import type { Answers } from "./tree.ts";

/** The choice of a compute: why, what rules the others out, a month's cost of each, the stack's configuration. */
export function formatComputeAdvice(advice: ComputeAdvice, answers: Answers): string {
  const { choice, why, others }: ComputeLeaf = computeLeaves[advice.leaf];
  const ruledOut = advice.ruledOut
    .filter(({ compute }) => compute !== advice.compute)
    .map(({ compute, text, source }) => `  ${computeNames[compute]}: ${text} ${formatSource(source)}`);
  return [
    `${choice}, here ${computeNames[advice.compute]}`.replace(/^(.+), here \1$/, "$1"),
    why,
    "",
    ruledOut.length === 0 ? "No limit rules out the others." : "Ruled out:",
    ...ruledOut,
    others,
    "",
    ...formatCosts(answers),
    "",
    ...formatConfig(advice, answers),
    "",
  ].join("\n");
}

/** A source that is missing marks an assumption, as in the price table. */
export const formatSource = (source: string | undefined): string => (source ? `(${source})` : "(assumption to check)");

function formatCosts(answers: Answers): string[] {
  const load = monthLoad(answers);
  if (load === undefined) {
    const missing = ["jobs-per-month", "typical-seconds", "memory-gigabytes"].filter(
      (name) => answers[name] === undefined,
    );
    return [`A month's cost is unknown without ${missing.map((name) => `--${name}`).join(", ")}.`];
  }
  const rows = monthCosts(load, answers).map(({ option, usd, basis }) => [option, usd?.toFixed(2), basis]);
  return [
    "A month, computed from list prices of us-east-1; nothing here was measured on AWS:",
    formatTable(["compute", "USD", "for"], rows),
    `Tasks are taken as busy for ${assumedOfMonth.busyShare * 100} % of their time, and at least one runs all month unless the work is scheduled. CPU credits of t types above`,
    "their baseline and whatever costs the same with each are left out. `npm run simulate -- --jobs FILE --compute` replays a job list instead.",
  ];
}

function formatConfig(advice: ComputeAdvice, answers: Answers): string[] {
  const { lines, notes } = configAdvice(advice, answers);
  return [...notes, ...(lines.length === 0 ? [] : ["Pulumi.<stack>.yaml:", "", ...lines])];
}

export function formatMessagingAdvice({ leaf, ruledOut }: MessagingAdvice, answers: Answers): string {
  const { choice, why, others } = messagingLeaves[leaf];
  return [
    choice,
    why,
    "",
    ruledOut.length === 0 ? "No limit rules out the others." : "Ruled out:",
    ...ruledOut.map(({ service, text, source }) => `  ${service}: ${text} ${formatSource(source)}`),
    others,
    "",
    ...formatMessagingCosts(answers["messages-per-month"]),
    ...(leaf === "kinesis"
      ? ["", "How the records of the stream become jobs:", ...kinesisToInbox.map((line) => `  - ${line}`)]
      : []),
    "",
  ].join("\n");
}

function formatMessagingCosts(messages: Answers[string]): string[] {
  if (typeof messages !== "number") return ["A month's cost is unknown without --messages-per-month."];
  const rows = messagingCosts(messages).map(({ option, usd, basis }) => [option, usd?.toFixed(2), basis]);
  return [
    "A month, computed from list prices of us-east-1; nothing here was measured on AWS:",
    formatTable(["service", "USD", "for"], rows),
  ];
}
