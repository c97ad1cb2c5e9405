import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import type { Call } from "./call.ts";
import { Credentials } from "./credentials.ts";
import { Gateway, jsonEmulator } from "./gateway.ts";
import { statusFor } from "./testing/status-for.ts";

let gateway: Gateway;
let credentials: Credentials;
beforeEach(async () => {
  credentials = new Credentials();
  gateway = new Gateway(credentials, systemClock);
  await gateway.listen();
});
afterEach(() => gateway.close());

const caller = { roleArn: "arn:aws:iam::1:role/worker", holder: "task/1" };

function sqs(keys = credentials.issue(caller)): SQSClient {
  return new SQSClient({ region: "eu-central-1", endpoint: gateway.endpoint, credentials: keys, maxAttempts: 1 });
}

describe("the gateway", () => {
  it("knows who calls, and what", async () => {
    const calls: Call[] = [];
    gateway.emulators.set(
      "sqs",
      jsonEmulator(async (call) => {
        calls.push(call);
        return { QueueUrl: "q" };
      }),
    );

    const answer = await sqs().send(new GetQueueUrlCommand({ QueueName: "jobs" }));

    expect(answer.QueueUrl).toBe("q");
    expect(calls).toMatchObject([{ service: "sqs", action: "GetQueueUrl", input: { QueueName: "jobs" }, caller }]);
  });

  it("refuses keys it did not issue, and requests that carry none", async () => {
    const stranger = { accessKeyId: "AKIASTRANGER", secretAccessKey: "x" };

    const refused = sqs(stranger as never).send(new GetQueueUrlCommand({ QueueName: "jobs" }));

    await expect(refused).rejects.toMatchObject({ name: "UnrecognizedClientException" });
    expect((await fetch(gateway.endpoint)).status).toBe(403);
  });

  it("names a service it does not have", async () => {
    const asked = sqs().send(new GetQueueUrlCommand({ QueueName: "jobs" }));

    await expect(asked).rejects.toMatchObject({ message: 'The laptop cloud has no service "sqs".' });
  });

  it("refuses a call that another secret signed, because presigned URLs show the access key id", async () => {
    gateway.emulators.set(
      "sqs",
      jsonEmulator(async () => ({ QueueUrl: "q" })),
    );
    const guessed = { ...credentials.issue(caller), secretAccessKey: "guessed" };

    const asked = sqs(guessed).send(new GetQueueUrlCommand({ QueueName: "jobs" }));

    await expect(asked).rejects.toMatchObject({ name: "InvalidSignatureException" });
  });

  it("answers only under a name of this machine", async () => {
    gateway.paths.push(() => ({ status: 200, body: "keys" }));

    expect(await statusFor(gateway.endpoint, "localhost:1")).toBe(200);
    expect(await statusFor(gateway.endpoint, "evil.example.com")).toBe(421);
  });

  it("cuts the connection where an observer says so, before the effect or after it", async () => {
    let effects = 0;
    gateway.emulators.set(
      "sqs",
      jsonEmulator(async () => {
        effects++;
        return {};
      }),
    );
    const ask = () => sqs().send(new GetQueueUrlCommand({ QueueName: "jobs" }));

    gateway.observers.add({ before: () => "drop" });
    await expect(ask()).rejects.toThrow();
    expect(effects).toBe(0);

    gateway.observers.clear();
    gateway.observers.add({ after: () => "drop" });
    await expect(ask()).rejects.toThrow();
    expect(effects).toBe(1);
  });
});
