import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { fromAttributes, toAttributes } from "./attribute-values.ts";
import { CallError, createJsonClient, type JsonClientOptions } from "./json-client.ts";

/*
 * Clients for the calls that each job and request makes. They take the SDK's commands, but only those listed here, which they know
 * by the names of their classes: the deployed bundles have other classes of these names (infra/bundle.ts).
 */

export interface HotClientOptions {
  region: string;
  endpoint: string;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  credentials: JsonClientOptions["credentials"];
  /** Tries of a call, three by default. */
  mostTries?: number;
  /** By default 5 s for tables and 30 s for queues, because a long poll takes up to 20 s. */
  silenceMilliseconds?: number;
}

interface Command {
  constructor: { name: string };
  input: object;
}

export function createHotQueueClient(options: HotClientOptions): Pick<SQSClient, "send"> {
  const call = createJsonClient({
    silenceMilliseconds: 30_000,
    ...options,
    service: "sqs",
    target: "AmazonSQS",
  });
  const send = (command: Command, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
    call(actionOf(queueActions, command), command.input, abortSignal);
  return { send } as unknown as Pick<SQSClient, "send">;
}

export function createHotTableClient(options: HotClientOptions): Pick<DynamoDBDocumentClient, "send"> {
  const call = createJsonClient({
    silenceMilliseconds: 5_000,
    ...options,
    service: "dynamodb",
    target: "DynamoDB_20120810",
  });
  const send = async (command: Command) => {
    const action = actionOf(tableActions, command);
    try {
      return convert(await call(action, convert(command.input, inputItems, toAttributes)), outputItems, fromAttributes);
    } catch (error) {
      if (!(error instanceof CallError) || error.name !== "ConditionalCheckFailedException") throw error;
      throw new ConditionalCheckFailedException({ message: error.message, $metadata: {} });
    }
  };
  return { send } as unknown as Pick<DynamoDBDocumentClient, "send">;
}

const queueActions = [
  "ReceiveMessage",
  "DeleteMessageBatch",
  "DeleteMessage",
  "ChangeMessageVisibility",
  "SendMessage",
  "SendMessageBatch",
  "GetQueueAttributes",
];

const tableActions = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchGetItem"];

function actionOf(actions: readonly string[], { constructor: { name } }: Command): string {
  const action = actions.find((action) => name === `${action.replace(/Item$/, "")}Command`);
  if (action !== undefined) return action;
  throw new AppError("unknown-command", `Expected a command for one of ${actions.join(", ")}; came ${name}.`);
}

type Members = Record<string, unknown>;

/** The members of inputs and outputs that hold an item, a list of items, or such members of each table. */
const inputItems = {
  items: ["Key", "Item", "ExpressionAttributeValues", "ExclusiveStartKey"],
  lists: ["Keys"],
  tables: ["RequestItems"],
};
const outputItems = {
  items: ["Item", "Attributes", "LastEvaluatedKey"],
  lists: ["Items", "Keys"],
  tables: ["UnprocessedKeys"],
};

function convert<Item extends Members>(
  members: object,
  named: typeof inputItems,
  convertItem: (item: Item) => Members,
): Members {
  const converted: Members = { ...members };
  const change = <Value>(names: readonly string[], work: (value: Value) => unknown) => {
    for (const name of names) if (converted[name] !== undefined) converted[name] = work(converted[name] as Value);
  };
  const convertList = (list: Item[]) => list.map(convertItem);
  change(named.items, convertItem);
  change(named.lists, convertList);
  change(named.tables, (tables: Record<string, object>) => eachOf(tables, (it) => convert(it, named, convertItem)));
  change(["Responses"], (tables: Record<string, Item[]>) => eachOf(tables, convertList));
  return converted;
}

function eachOf<Value>(members: Record<string, Value>, work: (value: Value) => unknown): Members {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, work(value)]));
}
