import type { Compute } from "./compute-tree.ts";
import type { Answers } from "./tree.ts";

/** A fact about a compute that rules it out for some answers. */
export interface Limit {
  compute: Compute;
  question: string;
  /** The answers to `question` that meet the limit: above a number, below one, or a choice. */
  rulesOut: { above: number } | { below: number } | { choice: string };
  text: string;
  /** A page of AWS that states the limit; undefined: an assumption to check. */
  source?: string;
}

const lambda = "https://docs.aws.amazon.com/lambda/latest";
const ecs = "https://docs.aws.amazon.com/AmazonECS/latest";
const lambdaQuotas = `${lambda}/dg/gettingstarted-limits.html`;
const fargateDifferences = `${ecs}/developerguide/fargate-tasks-services.html`;

export const computeLimits: readonly Limit[] = [
  {
    compute: "lambda",
    question: "longest-minutes",
    rulesOut: { above: 15 },
    text: "An invocation ends after 15 minutes (90 on Lambda Managed Instances, asynchronously).",
    source: lambdaQuotas,
  },
  {
    compute: "lambda",
    question: "memory-gigabytes",
    rulesOut: { above: 10 },
    text: "A function has at most 10,240 MB of memory.",
    source: lambdaQuotas,
  },
  {
    compute: "lambda",
    question: "payload-megabytes",
    rulesOut: { above: 6 },
    text: "A synchronous invocation has at most 6 MB, an asynchronous one 1 MB.",
    source: `${lambda}/dg/API_Invoke.html`,
  },
  {
    compute: "lambda",
    question: "start-seconds",
    rulesOut: { below: 1 },
    text: "A cold start takes from under 100 ms to over one second. Provisioned concurrency avoids it at a price.",
    source: `${lambda}/operatorguide/execution-environments.html`,
  },
  {
    compute: "lambda",
    question: "work",
    rulesOut: { choice: "connection" },
    text: "Behind API Gateway a WebSocket is closed after two hours, and after ten idle minutes.",
    source:
      "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html",
  },
  ...["gpu", "gpu-sometimes"].map((choice) => ({
    compute: "lambda" as const,
    question: "needs",
    rulesOut: { choice },
    text: "No setting of a function asks for a GPU.",
    source: `${lambda}/api/API_CreateFunction.html`,
  })),
  {
    compute: "lambda",
    question: "needs",
    rulesOut: { choice: "own-os" },
    text: "AWS chooses a function's kernel; images are built for Amazon Linux.",
    source: `${lambda}/dg/lambda-runtimes.html`,
  },
  {
    compute: "lambda",
    question: "needs",
    rulesOut: { choice: "network-stack" },
    text: "A function has no privileges over its network.",
  },
  {
    compute: "lambda",
    question: "needs",
    rulesOut: { choice: "fast-disk" },
    text: "The folder /tmp of a function has at most 10,240 MB, and no operations a second are promised.",
    source: lambdaQuotas,
  },
  {
    compute: "lambda",
    question: "needs",
    rulesOut: { choice: "own-agents" },
    text: "Agents run as extensions in the same environment; there are no sidecar containers and no daemons.",
    source: `${lambda}/dg/lambda-extensions.html`,
  },
  ...["gpu", "gpu-sometimes"].map((choice) => ({
    compute: "fargate" as const,
    question: "needs",
    rulesOut: { choice },
    text: "The parameter gpu is not valid in Fargate tasks.",
    source: fargateDifferences,
  })),
  {
    compute: "fargate",
    question: "needs",
    rulesOut: { choice: "own-os" },
    text: "There is no access to the host of a Fargate task, and no choice of its kernel.",
    source: `${ecs}/bestpracticesguide/fargate-security-considerations.html`,
  },
  {
    compute: "fargate",
    question: "needs",
    rulesOut: { choice: "network-stack" },
    text: "Fargate tasks cannot be privileged, and SYS_PTRACE is the only capability that can be added.",
    source: fargateDifferences,
  },
  {
    compute: "fargate",
    question: "needs",
    rulesOut: { choice: "fast-disk" },
    text: "A Fargate task has 20 to 200 GiB of ephemeral storage, and no disk of the instance.",
    source: `${ecs}/developerguide/security-fargate.html`,
  },
  {
    compute: "fargate",
    question: "memory-gigabytes",
    rulesOut: { above: 120 },
    text: "A Fargate task has at most 16 vCPU and 120 GB of memory.",
    source: `${ecs}/developerguide/task-cpu-memory-error.html`,
  },
  {
    compute: "ec2",
    question: "needs",
    rulesOut: { choice: "own-os" },
    text: "A container shares the kernel of its host.",
  },
];

/** The limits that the answers meet. An unknown answer meets none. */
export function limitsMet(answers: Answers): Limit[] {
  return computeLimits.filter(({ question, rulesOut }) => {
    const answer = answers[question];
    if ("choice" in rulesOut) {
      return Array.isArray(answer) ? answer.includes(rulesOut.choice) : answer === rulesOut.choice;
    }
    if (typeof answer !== "number") return false;
    return "above" in rulesOut ? answer > rulesOut.above : answer < rulesOut.below;
  });
}
