import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { type AttributeValue, fromAttributes, toAttributes } from "./attribute-values.ts";
import { CallError, createJsonClient, type JsonClientOptions } from "./json-client.ts";

/*
 * Clients for the calls that a worker makes for each job. They take the SDK's commands, but only those listed here.
 */

export interface HotClientOptions {
  region: string;
  endpoint: string;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  /** The SDK's chain by default. */
  credentials?: JsonClientOptions["credentials"];
}

interface Command {
  constructor: unknown;
  input: object;
}

/** Its connections may be silent for longer than others, because a long poll takes up to 20 s. */
export function createHotQueueClient(options: HotClientOptions): Pick<SQSClient, "send"> {
  const call = createJsonClient({
    credentials: defaultProvider(),
    ...options,
    service: "sqs",
    target: "AmazonSQS",
    silenceMilliseconds: 30_000,
  });
  const send = (command: Command, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
    call(actionOf(queueActions, command), command.input, abortSignal);
  return { send } as unknown as Pick<SQSClient, "send">;
}

export function createHotTableClient(options: HotClientOptions): Pick<DynamoDBDocumentClient, "send"> {
  const call = createJsonClient({
    credentials: defaultProvider(),
    ...options,
    service: "dynamodb",
    target: "DynamoDB_20120810",
    silenceMilliseconds: 5_000,
  });
  const send = async (command: Command) => {
    const input = convert(command.input, inputItems, toAttributes);
    try {
      return convert(await call(actionOf(tableActions, command), input), outputItems, (item) =>
        fromAttributes(item as Record<string, AttributeValue>),
      );
    } catch (error) {
      if (!(error instanceof CallError) || error.name !== "ConditionalCheckFailedException") throw error;
      throw new ConditionalCheckFailedException({ message: error.message, $metadata: {} });
    }
  };
  return { send } as unknown as Pick<DynamoDBDocumentClient, "send">;
}

const queueActions = new Map<unknown, string>([
  [ReceiveMessageCommand, "ReceiveMessage"],
  [DeleteMessageBatchCommand, "DeleteMessageBatch"],
  [DeleteMessageCommand, "DeleteMessage"],
  [ChangeMessageVisibilityCommand, "ChangeMessageVisibility"],
  [SendMessageCommand, "SendMessage"],
]);

const tableActions = new Map<unknown, string>([
  [GetCommand, "GetItem"],
  [PutCommand, "PutItem"],
  [UpdateCommand, "UpdateItem"],
]);

function actionOf(actions: ReadonlyMap<unknown, string>, command: Command): string {
  const action = actions.get(command.constructor);
  if (action !== undefined) return action;
  throw new AppError("unknown-command", `Expected one of ${[...actions.values()].join(", ")}; came another command.`);
}

/** The members of inputs and outputs that hold items. */
const inputItems = ["Key", "Item", "ExpressionAttributeValues"];
const outputItems = ["Item", "Attributes"];

function convert(
  members: object,
  items: readonly string[],
  convertItem: (item: Record<string, unknown>) => object,
): Record<string, unknown> {
  const converted: Record<string, unknown> = { ...members };
  for (const name of items) {
    if (converted[name] !== undefined) converted[name] = convertItem(converted[name] as Record<string, unknown>);
  }
  return converted;
}
