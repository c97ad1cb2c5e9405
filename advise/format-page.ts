import { prices } from "../deploy/prices.ts";
import { computeLimits } from "./compute-limits.ts";
import { computeQuestions } from "./compute-questions.ts";
import { type ComputeLeaf, computeLeaves, computeNames, computeTree } from "./compute-tree.ts";
import {
  kinesisToInbox,
  kinesisToInboxSources,
  type MessagingLeaf,
  messagingFacts,
  messagingLeaves,
  messagingQuestions,
  messagingTree,
} from "./messaging.ts";
import { assumedOfMessages } from "./messaging-costs.ts";
import { assumedOfMonth } from "./month-costs.ts";
import { scenarios } from "./scenarios.ts";
import type { Condition, Questions, Tree } from "./tree.ts";

/** docs/choosing-compute.md. */
export function formatPage(): string {
  return `# Choosing compute and messaging

\`npm run advise -- --write-page\` writes this page from the data in \`advise/\`. \`npm run advise\` asks the same questions at a terminal; flags answer them in scripts (\`npm run advise -- --help\`).
With \`--jobs FILE\` it measures some of the answers in a job list. If an answer is missing or contradicts another one, the command prints the question and exits with code 2.

Limits come from AWS's documentation, as of November 2026. **Nothing here was measured on AWS.**

## Which compute

${formatTree(computeTree, computeQuestions, (leaf) => computeLeaves[leaf as keyof typeof computeLeaves].choice)}

Where a leaf allows both Fargate and EC2, \`--manage-instances\` decides: ${computeQuestions["manage-instances"].ask}
Sluice runs its workers on either: [compute.md](compute.md).

| leaf | choice | runs on | why | alternatives |
|---|---|---|---|---|
${Object.entries<ComputeLeaf>(computeLeaves).map(formatComputeLeaf).join("\n")}

## Twenty scenarios

| scenario | choice | why |
|---|---|---|
${scenarios.map(({ name, leaf }) => `| ${name} | ${computeLeaves[leaf].choice} | ${computeLeaves[leaf].why} |`).join("\n")}

## What rules a compute out

| compute | if | limit | source |
|---|---|---|---|
${computeLimits.map((limit) => `| ${computeNames[limit.compute]} | ${formatRule(limit)} | ${limit.text} | ${limit.source ?? "assumption to check"} |`).join("\n")}

## What a month costs

\`npm run advise\` computes a month's cost of each compute from \`--jobs-per-month\`, \`--typical-seconds\` and \`--memory-gigabytes\`, on arm64 and at list prices of us-east-1. The figures are computed, not billed.

- **Lambda**: requests, and seconds times memory.
- **ECS on Fargate**: tasks of one piece of work each, with ${assumedOfMonth.cpuPerGigabyte} vCPU for each GB, in Fargate's next larger size. Tasks are busy for ${assumedOfMonth.busyShare * 100} % of their time. At least one runs all month, unless the work is scheduled.
- **ECS on Fargate Spot**: the same at half the price, the upper end of what AWS sets. AWS may stop tasks with two minutes' notice.
- **ECS on EC2**: the cheapest arm64 instance type of the price table, on demand, with its disk. For scheduled work an instance stays ${assumedOfMonth.instanceTailSeconds / 60} minutes longer.

Left out: free tiers, discounts, CPU credits of t types above their baseline, and costs that are the same for each. \`npm run simulate -- --jobs FILE --compute\` replays a job list on a model of EC2, Fargate and Lambda instead,
and shows waiting times beside the costs ([model.md](model.md)).

| price | USD | read at |
|---|---|---|
${formatPrices()}

## Queue, topic, stream or broker

${formatTree(messagingTree, messagingQuestions, (leaf) => messagingLeaves[leaf as keyof typeof messagingLeaves].choice)}

| leaf | choice | why | alternatives |
|---|---|---|---|
${Object.entries<MessagingLeaf>(messagingLeaves)
  .map(([name, { choice, why, others }]) => `| \`${name}\` | ${choice} | ${why} | ${others} |`)
  .join("\n")}

| service | fact | rules it out | source |
|---|---|---|---|
${messagingFacts
  .map(({ service, text, source, rulesOut }) => {
    const rule = rulesOut ? `\`--${rulesOut.question} ${rulesOut.answer}\`` : "";
    return `| ${service} | ${text} | ${rule} | ${source} |`;
  })
  .join("\n")}

A month's cost follows from \`--messages-per-month\`: ${assumedOfMessages.requests} requests to SQS for each message (send, receive, delete, without batches); for a topic the publication, and ${assumedOfMessages.queuesOfTopic} queues that receive and delete; for a
stream its puts of up to 25 KB, and shards for twice the mean rate. Prices of brokers are not in the table.

### How a Kinesis stream feeds an inbox queue

${kinesisToInbox.map((line) => `- ${line}`).join("\n")}

Sources: ${kinesisToInboxSources.join(", ")}. None of this was tried on a real account.
`;
}

/** A tree as a nested list: questions in bold, then each condition with the question or choice that follows. */
function formatTree(tree: Tree, questions: Questions, choiceOf: (leaf: string) => string, depth = 0): string {
  if ("leaf" in tree) return choiceOf(tree.leaf);
  const { question, branches } = tree;
  const indent = "  ".repeat(depth);
  const title = `**${questions[question]?.ask}** (\`--${question}\`)`;
  const lines = branches.map(({ if: condition, to }) => {
    const rest = formatTree(to, questions, choiceOf, depth + 1);
    return `${indent}- ${condition === undefined ? "otherwise" : formatCondition(condition)}: ${rest}`;
  });
  return `${title}\n${lines.join("\n")}`;
}

function formatCondition(condition: Condition): string {
  if ("is" in condition) return condition.is;
  if ("has" in condition) return condition.has;
  return "atMost" in condition ? `at most ${condition.atMost}` : `below ${condition.below}`;
}

function formatComputeLeaf([name, { choice, computes, why, others }]: [string, ComputeLeaf]): string {
  const on = computes.map((compute) => computeNames[compute]).join(" or ");
  return `| \`${name}\` | ${choice} | ${on} | ${why} | ${others} |`;
}

function formatRule({ question, rulesOut }: (typeof computeLimits)[number]): string {
  if ("choice" in rulesOut) return `\`--${question} ${rulesOut.choice}\``;
  return "above" in rulesOut
    ? `\`--${question}\` above ${rulesOut.above}`
    : `\`--${question}\` below ${rulesOut.below}`;
}

function formatPrices(): string {
  const rows = [
    ["Lambda, a million requests", prices.functionMillion],
    ["Lambda, a GB second", prices.functionArmGigabyteSecond],
    ["Fargate, a vCPU hour", prices.fargateArmCpuHour],
    ["Fargate, a GB hour", prices.fargateArmGigabyteHour],
    ["SQS, a million requests", prices.queueMillion],
    ["SNS, a million publications", prices.topicMillion],
    ["Kinesis, a shard hour", prices.streamShardHour],
    ["Kinesis, a million puts of 25 KB", prices.streamPutMillion],
  ] as const;
  return rows.map(([name, { usd, source }]) => `| ${name} | ${usd} | ${source} |`).join("\n");
}
