import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../clock.ts";
import { createJsonClient, type JsonCall } from "./json-client.ts";

/** Takes no time for a backoff, and never fires longer timers. */
const clock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    if (milliseconds === 0) setImmediate(callback);
    return () => {};
  },
};

interface Seen {
  headers: IncomingMessage["headers"];
  body: string;
}

let server: Server;
let seen: Seen[];
/** One for each request; the last one stays. */
let answers: ((response: ServerResponse) => void)[];
let refreshes: number;
let call: JsonCall;

beforeEach(async () => {
  seen = [];
  refreshes = 0;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  call = open();
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

function open({ silenceMilliseconds = 60_000 } = {}): JsonCall {
  return createJsonClient({
    service: "sqs",
    target: "AmazonSQS",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-central-1",
    async credentials(options) {
      if (options?.forceRefresh) refreshes += 1;
      return { accessKeyId: `key-${refreshes}`, secretAccessKey: "secret" };
    },
    silenceMilliseconds,
    clock,
    random: () => 0,
  });
}

function reply(status: number, body: object, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => {
    response.writeHead(status, headers);
    response.end(JSON.stringify(body));
  };
}

const fine = reply(200, { isFine: true });

describe("a call", () => {
  it("sends action and input, signed, and returns the output", async () => {
    answers = [reply(200, { text: "né/🦆" })];

    const output = await call("ReceiveMessage", { QueueUrl: "né/🦆" });

    expect(output).toEqual({ text: "né/🦆" });
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ QueueUrl: "né/🦆" });
    expect(seen[0]?.headers).toMatchObject({
      "x-amz-target": "AmazonSQS.ReceiveMessage",
      "content-type": "application/x-amz-json-1.0",
      authorization: expect.stringContaining("key-0"),
    });
  });

  it.each([
    ["an error with a namespace", { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "no queue" }],
    ["an error without one", { __type: "QueueDoesNotExist", Message: "no queue" }],
  ])("rejects with AWS's code and message on %s, without another try", async (_case, body) => {
    answers = [reply(400, body)];

    const failed = call("ReceiveMessage", {});

    await expect(failed).rejects.toMatchObject({ name: "QueueDoesNotExist", message: "no queue", status: 400 });
    expect(seen).toHaveLength(1);
  });
});

describe("a call that may succeed later", () => {
  it.each([
    ["a failure of the service", reply(500, {})],
    ["an answer that is no JSON", (response: ServerResponse) => void response.writeHead(503).end("<html>")],
    ["a throttled call", reply(400, { __type: "com.amazonaws#ThrottlingException" })],
    ["a lost connection", (response: ServerResponse) => void response.destroy()],
  ])("is repeated after %s", async (_case, failure) => {
    answers = [failure, failure, fine];

    await expect(call("DeleteMessage", {})).resolves.toEqual({ isFine: true });
  });

  it("fails after three tries", async () => {
    answers = [reply(500, { __type: "InternalFailure", message: "sorry" })];

    const failed = call("DeleteMessage", {});

    await expect(failed).rejects.toMatchObject({ name: "InternalFailure", message: "sorry" });
    expect(seen).toHaveLength(3);
  });

  it("fails if nothing listens", async () => {
    const lost = open();
    server.closeAllConnections();
    server.close();

    await expect(lost("DeleteMessage", {})).rejects.toMatchObject({ name: "NetworkError" });
    server.listen(0);
    await once(server, "listening");
  });

  it("fails if no answer comes", async () => {
    answers = [() => {}];

    await expect(open({ silenceMilliseconds: 20 })("DeleteMessage", {})).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  it("asks for new credentials if these have expired", async () => {
    answers = [reply(400, { __type: "com.amazonaws#ExpiredTokenException" }), fine];

    await call("DeleteMessage", {});

    expect(seen.map(({ headers }) => headers.authorization?.includes("key-1"))).toEqual([false, true]);
  });

  it("is repeated with AWS's time if this machine's clock is wrong", async () => {
    const hour = 3_600_000;
    const date = new Date(Date.now() + hour).toUTCString();
    answers = [reply(400, { __type: "InvalidSignatureException", message: "Signature expired" }, { date }), fine];

    await call("DeleteMessage", {});
    await call("DeleteMessage", {});

    const offsets = seen.map(({ headers }) => Math.round((timeOf(headers) - Date.now()) / hour) + 0);
    expect(offsets).toEqual([0, 1, 1]);
  });
});

describe("an aborted call", () => {
  it("ends at once and is not repeated", async () => {
    answers = [() => stop.abort()];
    const stop = new AbortController();

    await expect(call("ReceiveMessage", {}, stop.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(seen).toHaveLength(1);
  });

  it("is not sent if the signal has aborted before", async () => {
    answers = [fine];

    await expect(call("ReceiveMessage", {}, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(seen).toEqual([]);
  });
});

function timeOf(headers: IncomingMessage["headers"]): number {
  const time = String(headers["x-amz-date"]);
  return Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
