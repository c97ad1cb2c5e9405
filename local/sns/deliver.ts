import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import { AwsError } from "../aws-error.ts";
import type { Cloud } from "../cloud.ts";
import { decide } from "../gateway/authorize.ts";
import { sendAsService } from "../send-as-service.ts";
import { signingKeyPath } from "./signer.ts";
import { type Delivery, envelopeOf } from "./sns.ts";

type Deliver = (delivery: Delivery) => Promise<void>;

/**
 * To a queue, in SNS's envelope, if the queue's policy admits the topic. From a FIFO topic with the group and the deduplication id of
 * the publish.
 */
export function toQueue(cloud: Cloud, queueArn: string): Deliver {
  return async (delivery) => {
    const source = { service: "sns.amazonaws.com", sourceArn: delivery.topicArn };
    const order = delivery.order && queueArn.endsWith(".fifo") ? delivery.order : {};
    await sendAsService(cloud, source, queueArn, { MessageBody: JSON.stringify(envelopeOf(delivery)), ...order });
  };
}

/** To a stream of Firehose, in SNS's envelope, if the subscription's role may. */
export function toDeliveryStream(cloud: Cloud, streamArn: string, roleArn: string): Deliver {
  return async (delivery) => {
    const role = [...cloud.roles.values()].find(({ arn }) => arn === roleArn);
    const permission = { action: "firehose:PutRecord", resource: streamArn };
    if (decide(role?.statements ?? [], permission) !== "allowed") {
      throw new AwsError("AccessDenied", `${roleArn} is not authorized to perform firehose:PutRecord on ${streamArn}`);
    }
    const stream = cloud.deliveryStreams.get(streamArn);
    if (!stream) throw new AwsError("ResourceNotFoundException", `There is no delivery stream ${streamArn}.`);
    stream.put(JSON.stringify(envelopeOf(delivery)));
  };
}

/** No mail leaves the laptop: each is a file in the run folder, and a line in the log. */
export function toMailFile(cloud: Cloud, address: string): Deliver {
  return async ({ subject, text, messageId, at }) => {
    const folder = join(cloud.options.directory, "mails");
    await mkdir(folder, { recursive: true });
    const time = new Date(at).toISOString();
    // One message goes to several addresses, often within the same millisecond.
    const name = `${time.replaceAll(":", "")}-${messageId.slice(0, 8)}-${encodeURIComponent(address)}.txt`;
    const file = join(folder, name);
    await writeFile(
      file,
      `To: ${address}\nSubject: ${subject ?? "AWS Notification Message"}\nDate: ${time}\n\n${text}`,
    );
    cloud.options.onLine("topic/mail", `${address}: ${subject ?? text}; ${file}`);
  };
}

/** Time between two tries. AWS tries an endpoint 50 times within an hour. */
const retrySeconds = [1, 20, 20];

/**
 * To an endpoint on this machine, by POST, once it has confirmed the subscription. An endpoint elsewhere gets nothing: no event
 * leaves the laptop.
 */
export function toEndpoint(cloud: Cloud, subscription: { arn: string; topicArn: string; url: string }): Deliver {
  const { arn, topicArn, url } = subscription;
  if (new URL(url).hostname !== "127.0.0.1") {
    return async ({ messageId }) =>
      cloud.options.onLine("topic/https", `${messageId} is not sent to ${url}: the laptop only delivers to 127.0.0.1`);
  }
  const token = randomUUID();
  const confirmPath = `/sns/confirm/${token}`;
  let isConfirmed = false;
  cloud.gateway.paths.push(({ path }) => {
    if (path !== confirmPath) return undefined;
    isConfirmed = true;
    return { status: 200, body: { SubscriptionArn: arn } };
  });
  void postSigned(cloud, url, arn, {
    Type: "SubscriptionConfirmation",
    MessageId: randomUUID(),
    TopicArn: topicArn,
    Token: token,
    Message: `You have chosen to subscribe to the topic ${topicArn}. To confirm, visit the SubscribeURL.`,
    SubscribeURL: `${cloud.gateway.endpoint}${confirmPath}`,
    Timestamp: new Date(cloud.options.clock.now()).toISOString(),
  }).catch((thrown: unknown) => cloud.options.onLine("topic/https", asError(thrown).message));

  return async (delivery) => {
    // As on AWS, an unconfirmed subscription receives nothing.
    if (isConfirmed) await postSigned(cloud, url, arn, envelopeOf(delivery));
  };
}

async function postSigned(cloud: Cloud, url: string, subscriptionArn: string, message: Record<string, unknown>) {
  const signed = {
    ...message,
    SignatureVersion: "2",
    Signature: cloud.snsSigner.signatureOf(message as Record<string, string>),
    SigningCertURL: `${cloud.gateway.endpoint}${signingKeyPath}`,
  };
  const request = {
    method: "POST",
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "x-amz-sns-message-type": String(message.Type),
      "x-amz-sns-topic-arn": String(message.TopicArn),
      "x-amz-sns-subscription-arn": subscriptionArn,
    },
    body: JSON.stringify(signed),
  };
  for (const seconds of [...retrySeconds, undefined]) {
    const problem = await post(url, request);
    if (problem === undefined) return;
    if (seconds === undefined || cloud.sns.closing.aborted) throw new Error(`${url} takes no message: ${problem}`);
    await sleep(cloud.options.clock, (seconds * 1_000) / cloud.options.speed, cloud.sns.closing);
  }
}

/** Returns what went wrong. */
async function post(url: string, request: RequestInit): Promise<string | undefined> {
  try {
    const response = await fetch(url, { ...request, redirect: "error", signal: AbortSignal.timeout(15_000) });
    await response.arrayBuffer();
    return response.ok ? undefined : `it answered ${response.status}`;
  } catch (error) {
    return asError(error).message;
  }
}
