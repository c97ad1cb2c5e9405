import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError } from "../../local/aws-error.ts";
import { Sqs } from "../../local/sqs/sqs.ts";
import { systemClock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import { offer } from "./remote.ts";

/*
 * A process with the laptop cloud's queues, without the checks of signatures and permissions that the laptop makes. It counts
 * each queue's calls, and knows when the messages of a round are deleted.
 */

export interface QueueRound {
  /** From the first receive of one of its messages to the last delete. */
  milliseconds: number;
  /** By action. */
  calls: Record<string, number>;
}

export type QueueEmulator = typeof methods;

const server = createServer((request, response) => void answer(request, response));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const sqs = new Sqs({ clock: systemClock, region: "eu-central-1", accountId: "000000000000", endpoint });

interface Round extends PromiseWithResolvers<QueueRound> {
  messagesLeft: number;
  begunAt: number | undefined;
  calls: Record<string, number>;
}

/** By the queue's name. */
const rounds = new Map<string, Round>();

sqs.subscribe(({ kind, queueName }) => {
  const round = rounds.get(queueName);
  if (round === undefined) return;
  if (kind === "received") round.begunAt ??= performance.now();
  if (kind !== "deleted" || --round.messagesLeft > 0) return;
  rounds.delete(queueName);
  round.resolve({ milliseconds: performance.now() - (round.begunAt ?? 0), calls: round.calls });
});

const methods = {
  endpoint: () => endpoint,
  async createQueue(name: string): Promise<string> {
    const input = { QueueName: name, Attributes: { VisibilityTimeout: "120" } };
    return String(((await call("CreateQueue", input)) as { QueueUrl: string }).QueueUrl);
  },
  /** Sends a round's messages all at once. */
  async send(queueUrl: string, bodies: string[]): Promise<void> {
    const round = {
      messagesLeft: bodies.length,
      begunAt: undefined,
      calls: {},
      ...Promise.withResolvers<QueueRound>(),
    };
    rounds.set(nameOf(queueUrl), round);
    finished.set(queueUrl, round.promise);
    for (const MessageBody of bodies) await call("SendMessage", { QueueUrl: queueUrl, MessageBody });
  },
  /** Resolves when all messages of the latest round are deleted. */
  untilDeleted: async (queueUrl: string): Promise<QueueRound | undefined> => finished.get(queueUrl),
  /** Resolves with the time of the queue's next receive, in milliseconds since the epoch. */
  untilReceive: (queueUrl: string) => new Promise<number>((resolve) => void receives.set(nameOf(queueUrl), resolve)),
};

const finished = new Map<string, Promise<QueueRound>>();
const receives = new Map<string, (at: number) => void>();

offer(methods);

function call(action: string, input: object, signal = new AbortController().signal): Promise<object> {
  return sqs.handle(action, input, signal);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
  // sqs-consumer sends AttributeNames, the older name of MessageSystemAttributeNames, empty.
  const { AttributeNames: _none, ...input } = JSON.parse(Buffer.concat(chunks).toString());
  count(action, nameOf(String(input.QueueUrl)));
  try {
    send(response, 200, await call(action, input, gone.signal));
  } catch (error) {
    const { code, status } = error instanceof AwsError ? error : { code: "InternalError", status: 500 };
    send(response, status, { __type: code, message: asError(error).message });
  }
}

function count(action: string, queueName: string): void {
  const round = rounds.get(queueName);
  if (round) round.calls[action] = (round.calls[action] ?? 0) + 1;
  if (action !== "ReceiveMessage") return;
  receives.get(queueName)?.(performance.timeOrigin + performance.now());
  receives.delete(queueName);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(body));
}

function nameOf(queueUrl: string): string {
  return queueUrl.split("/").at(-1) ?? "";
}
