import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../runtime/clock.ts";
import { AwsError } from "../aws-error.ts";
import type { Call } from "./call.ts";
import { Credentials } from "./credentials.ts";
import { Gateway } from "./gateway.ts";
import { queryEmulator, queryInput } from "./query-protocol.ts";

let gateway: Gateway;
let credentials: Credentials;
beforeEach(async () => {
  credentials = new Credentials();
  gateway = new Gateway(credentials, systemClock);
  await gateway.listen();
});
afterEach(() => gateway.close());

const caller = { roleArn: "arn:aws:iam::1:role/controller", holder: "function/controller" };

describe("the Query protocol", () => {
  it("is read and answered as the SDK's own client expects it", async () => {
    const calls: Call[] = [];
    gateway.emulators.set(
      "sts",
      queryEmulator("https://sts.amazonaws.com/doc/2011-06-15/", async (call) => {
        calls.push(call);
        return { Account: "1", Arn: `a<b>&"c'`, UserId: undefined };
      }),
    );

    const answer = await sts().send(new GetCallerIdentityCommand());

    expect(answer).toMatchObject({ Account: "1", Arn: `a<b>&"c'` });
    expect(calls).toMatchObject([{ service: "sts", action: "GetCallerIdentity", input: {}, caller }]);
  });

  it("tells what was wrong in XML, whoever says so", async () => {
    const stranger = { accessKeyId: "AKIASTRANGER", secretAccessKey: "x" };
    gateway.emulators.set(
      "sts",
      queryEmulator("n", () => Promise.reject(new AwsError("ValidationError", "less than <the minimum>"))),
    );

    await expect(sts().send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: "ValidationError",
      message: "less than <the minimum>",
    });
    await expect(sts(stranger).send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
  });
});

it("reads lists in the order of their numbers, and what lies in their members", () => {
  const form =
    "Action=A&Version=1&Names.member.10=k&Names.member.2=b&Tags.member.1.Key=x&Tags.member.1.Value=%3Cy%3E&One=1";

  expect(queryInput(Buffer.from(form))).toEqual({
    Names: ["b", "k"],
    Tags: [{ Key: "x", Value: "<y>" }],
    One: "1",
  });
});

it("reaches no prototype by a field's name", () => {
  queryInput(Buffer.from("__proto__.polluted=1&constructor.prototype.polluted=1"));

  expect({}).not.toHaveProperty("polluted");
});

function sts(keys: { accessKeyId: string; secretAccessKey: string } = credentials.issue(caller)): STSClient {
  return new STSClient({ region: "eu-central-1", endpoint: gateway.endpoint, credentials: keys, maxAttempts: 1 });
}
