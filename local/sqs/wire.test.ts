import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  MessageNotInflight,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { AwsError } from "../aws-error.ts";
import { Sqs } from "./sqs.ts";

let clock: ManualClock;
let server: Server;
let sqs: Sqs;
let client: SQSClient;
let QueueUrl: string | undefined;

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2025, 0, 1));
  server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sqs = new Sqs({ clock, region: "eu-central-1", accountId: "000000000000", endpoint });
  client = new SQSClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    maxAttempts: 1,
  });
  ({ QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "jobs" })));
});

afterEach(async () => {
  sqs.close();
  client.destroy();
  server.close();
  server.closeAllConnections();
  await once(server, "close");
});

test("the SDK sends, receives and deletes, and its checks of the digests pass", async () => {
  const MessageBody = "résumé \u{1F680}\u{1F468}\u200D\u{1F469}\u200D\u{1F467}";
  const MessageAttributes = {
    text: { DataType: "String", StringValue: "\u{1F600}" },
  };
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));

  const { Messages: [message] = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] }),
  );
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));

  expect(message).toMatchObject({ Body: MessageBody, MessageAttributes, Attributes: { ApproximateReceiveCount: "1" } });
  expect(sqs.peek("jobs")).toEqual([]);
});

test("the SDK reads counts and empty answers", async () => {
  const received = await client.send(new ReceiveMessageCommand({ QueueUrl }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));

  expect(received.Messages).toBeUndefined();
  expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: "0", VisibilityTimeout: "30" });
});

test("the SDK throws errors of their own classes", async () => {
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
  const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
  await clock.advance(30_000);
  const elsewhere = new SendMessageCommand({ QueueUrl: `${QueueUrl}-not`, MessageBody: "one" });
  const madeUp = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "made-up" });
  const tooLate = new ChangeMessageVisibilityCommand({
    QueueUrl,
    ReceiptHandle: message?.ReceiptHandle,
    VisibilityTimeout: 30,
  });

  await expect(client.send(elsewhere)).rejects.toThrow(QueueDoesNotExist);
  await expect(client.send(madeUp)).rejects.toThrow(ReceiptHandleIsInvalid);
  await expect(client.send(tooLate)).rejects.toThrow(MessageNotInflight);
});

test("the SDK throws errors that its model does not know under the code they have", async () => {
  const tooMany = client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }));

  await expect(tooMany).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
  });
});

test("a long poll that the client gives up takes no message", async () => {
  const gaveUp = new AbortController();
  const connectionClosed = once(server, "poll-closed");
  const poll = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
    abortSignal: gaveUp.signal,
  });
  await once(server, "poll-begun");

  gaveUp.abort();
  await expect(poll).rejects.toMatchObject({ name: "AbortError" });
  await connectionClosed;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));

  expect(sqs.counts("jobs")).toMatchObject({ visible: 1, inFlight: 0 });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
  const gone = new AbortController();
  response.on("close", () => {
    gone.abort();
    if (action === "ReceiveMessage") server.emit("poll-closed");
  });
  if (action === "ReceiveMessage") server.emit("poll-begun");
  try {
    const result = await sqs.handle(action, JSON.parse(Buffer.concat(chunks).toString()), gone.signal);
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(result));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    response.writeHead(error.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message }));
  }
}
