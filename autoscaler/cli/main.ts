import { fileURLToPath } from "node:url";
import { createTableClient } from "../../runtime/aws.ts";
import { systemClock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { scalableTargetOf } from "../act/scaling-client.ts";
import { createServiceScalingClient } from "../clients.ts";
import { createDecisionLog, type DecisionLog } from "../state/decision-log.ts";
import { formatExplanation, replayDecision } from "./explain.ts";
import { type FoundStack, findStack } from "./find-stack.ts";
import { type Flags, readFlags, usage } from "./flags.ts";
import { formatStatus, formatWithoutController, isSilent, noController, readActivities } from "./status.ts";

/** Decisions that `status` searches for actions: 15 minutes at the default of six per minute. */
const searchedDecisions = 90;

process.exitCode = await main().catch(reportFailure);
// An open IPC channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.command === "help") {
    process.stdout.write(usage);
    return 0;
  }
  const stack = await findStack({ root: fileURLToPath(new URL("../..", import.meta.url)), folder: flags.folder });
  Object.assign(process.env, stack.variables);
  const { scalingTableName: tableName } = stack;
  if (tableName === undefined) return withoutController(stack, flags);
  const log = createDecisionLog({ client: createTableClient(), tableName });
  return flags.command === "explain" ? explain(log, flags) : status(log, stack, flags);
}

async function explain(log: DecisionLog, { last, isJson }: Flags): Promise<number> {
  const replayed = (await log.latest(last)).map(replayDecision);
  process.stdout.write(isJson ? asJson(replayed) : `${formatExplanation(replayed)}\n`);
  return 0;
}

async function status(log: DecisionLog, stack: FoundStack, { last, isJson }: Flags): Promise<number> {
  const records = await log.latest(searchedDecisions);
  const activities = await readActivities(createServiceScalingClient(), scalableTargetOf(stack), last);
  const now = systemClock.now();
  const text = isJson
    ? asJson({ records: records.slice(0, last), activities })
    : formatStatus(stack.where, { records, activities, last }, now);
  process.stdout.write(text);
  return isSilent(records[0], now) ? 1 : 0;
}

async function withoutController(stack: FoundStack, { command, last, isJson }: Flags): Promise<number> {
  if (command === "explain") {
    throw new AppError("no-controller", `Expected decisions of a controller; ${noController(stack.where)}`);
  }
  const activities = await readActivities(createServiceScalingClient(), scalableTargetOf(stack), last);
  process.stdout.write(isJson ? asJson({ records: [], activities }) : formatWithoutController(stack.where, activities));
  return 0;
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Prints an error that the user can correct without its stack trace. Any other error is a bug and is thrown again. */
function reportFailure(error: unknown): number {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  return 2;
}
