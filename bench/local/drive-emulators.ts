import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { jobsTable } from "../../contract/jobs-table.ts";
import { canonicalRequest, sha256 } from "../../local/http-api/signature/canonical-request.ts";
import { systemClock } from "../../runtime/clock.ts";
import type { Emulators } from "./emulators.ts";

/** The calls that one job makes at least, each for itself, as a client without the SDK sends them. */
const jobsAtOnce = 16;

/**
 * The emulators' own limit: makes the bare calls of that many jobs as fast as they are answered. First all are submitted, then
 * all are run.
 * @returns jobs per second
 */
export async function driveEmulators(emulators: Emulators, jobs: number, run: string): Promise<number> {
  const { call, close } = createCaller(emulators);
  const { table: TableName, queueUrl: QueueUrl } = emulators;
  const idOf = (job: number) => `${run}-${job}`;
  const beganAt = systemClock.now();
  await inParallel(jobs, async (job) => {
    await call("dynamodb", "DynamoDB_20120810.PutItem", {
      TableName,
      Item: recordOf(idOf(job), systemClock.now()),
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": jobsTable.hashKey },
    });
    await call("sqs", "AmazonSQS.SendMessage", { QueueUrl, MessageBody: JSON.stringify({ jobId: idOf(job) }) });
  });
  await inParallel(jobs, async () => {
    const { Messages } = (await call("sqs", "AmazonSQS.ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 1 })) as {
      Messages: { Body: string; ReceiptHandle: string }[];
    };
    const [message] = Messages;
    if (message === undefined) throw new Error("expected a message for each job; the queue is empty");
    const { jobId } = JSON.parse(message.Body) as { jobId: string };
    for (const [from, to] of [
      ["1", "2"],
      ["2", "3"],
    ]) {
      await call("dynamodb", "DynamoDB_20120810.UpdateItem", {
        TableName,
        Key: { [jobsTable.hashKey]: { S: keyOf(jobId) } },
        UpdateExpression: "SET #version = :to, #shard = :shard, #since = :since",
        ConditionExpression: "#version = :from",
        ExpressionAttributeNames: {
          "#version": "version",
          "#shard": jobsTable.stateIndexHashKey,
          "#since": jobsTable.stateIndexRangeKey,
        },
        ExpressionAttributeValues: {
          ":from": { N: from },
          ":to": { N: to },
          ":shard": { S: `state-${to}#1` },
          ":since": { N: String(systemClock.now()) },
        },
      });
    }
    await call("sqs", "AmazonSQS.DeleteMessage", { QueueUrl, ReceiptHandle: message.ReceiptHandle });
  });
  const seconds = (systemClock.now() - beganAt) / 1000;
  close();
  return jobs / seconds;
}

async function inParallel(jobs: number, run: (job: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < jobs) await run(next++);
  };
  await Promise.all(Array.from({ length: jobsAtOnce }, lane));
}

const keyOf = (jobId: string) => `anonymous/${jobId}`;

/** With the attributes of the indexes, so that each write also writes them. */
function recordOf(jobId: string, now: number) {
  return {
    [jobsTable.hashKey]: { S: keyOf(jobId) },
    [jobsTable.stateIndexHashKey]: { S: "state-1#1" },
    [jobsTable.stateIndexRangeKey]: { N: String(now) },
    [jobsTable.ownerIndexHashKey]: { S: "anonymous#1" },
    [jobsTable.ownerIndexRangeKey]: { S: `${now}#${jobId}` },
    jobId: { S: jobId },
    version: { N: "1" },
    type: { S: "echo" },
    state: { S: "queued" },
    payload: { M: { json: { S: "{}" } } },
  };
}

/** Signs with a cached key and sends over kept connections, so that the client is not the limit. */
function createCaller({ endpoint, region, keys }: Emulators) {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port, host } = new URL(endpoint);

  async function call(service: string, target: string, input: object): Promise<unknown> {
    const body = JSON.stringify(input);
    const date = new Date(systemClock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      host,
      "x-amz-date": date,
      "x-amz-security-token": keys.sessionToken,
      "x-amz-target": target,
    };
    const authorization = sign({ service, region, secret: keys.secretAccessKey, id: keys.accessKeyId, headers, body });
    const options = { agent, hostname, port, method: "POST", headers: { ...headers, authorization } };
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200) resolve(answer === "" ? {} : JSON.parse(answer));
          else reject(new Error(`${target}: ${response.statusCode} ${answer}`));
        }, reject);
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
  return { call, close: () => agent.destroy() };
}

const signingKeys = new Map<string, Buffer>();

function sign(it: {
  service: string;
  region: string;
  secret: string;
  id: string;
  headers: Record<string, string> & { "x-amz-date": string };
  body: string;
}): string {
  const { service, headers } = it;
  const date = headers["x-amz-date"];
  const scope = `${date.slice(0, 8)}/${it.region}/${service}/aws4_request`;
  const name = `${it.id}/${scope}`;
  const key = signingKeys.get(name) ?? (scope.split("/").reduce<string | Buffer>(hmac, `AWS4${it.secret}`) as Buffer);
  signingKeys.set(name, key);
  const signedHeaders = Object.keys(headers);
  const canonical = canonicalRequest(
    { method: "POST", path: "/", query: "", headers },
    { service, signedHeaders, payloadHash: sha256(it.body) },
  );
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n")).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=${it.id}/${scope}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
