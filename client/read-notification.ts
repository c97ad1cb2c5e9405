import { createPublicKey, verify } from "node:crypto";
import * as z from "zod";
import { type JobEvent, jobEventSchema } from "../contract/job-event.ts";
import { AppError } from "../runtime/errors.ts";

type Get = (
  url: string,
  init: { redirect: "error"; signal: AbortSignal },
) => Promise<Pick<Response, "ok" | "status" | "text">>;

export interface NotificationOptions {
  /** The topic that the receiver is subscribed to: the output `eventsTopicArn`. SNS signs the messages of every topic. */
  topicArn: string;
  fetch?: Get;
  /** Tells if a URL is one of SNS. Only the laptop cloud needs another check. */
  isOfSns?: (url: string) => boolean;
}

/** A message of SNS: an event, or the request to confirm the subscription, which `confirm` does. */
export type Notification = { kind: "event"; event: JobEvent } | { kind: "confirmation"; confirm(): Promise<void> };

/**
 * Verifies the body of a request that claims to come from SNS, and reads it. Accepts signature version 2 only, which the events
 * topic uses. An event may come twice; its id tells.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 * @throws AppError `notification` if the message is not SNS's, is changed, or is of another topic
 */
export async function readNotification(body: string, options: NotificationOptions): Promise<Notification> {
  const { topicArn, fetch: get = fetch, isOfSns = isSnsUrl } = options;
  const message = parse(messageSchema, body);
  if (message.TopicArn !== topicArn)
    throw refused(`expected a message of ${topicArn}; came one of ${message.TopicArn}`);
  // Before the download: otherwise the sender would choose the certificate.
  if (!isOfSns(message.SigningCertURL)) throw refused(`expected a certificate of SNS; came ${message.SigningCertURL}`);
  const certificate = await download(message.SigningCertURL, get);
  const isGenuine = verify(
    "sha256",
    Buffer.from(signedText(message)),
    createPublicKey(certificate),
    Buffer.from(message.Signature, "base64"),
  );
  if (!isGenuine) throw refused(`the signature does not fit message ${message.MessageId}`);
  if (message.Type === "Notification") return { kind: "event", event: parse(jobEventSchema, message.Message) };
  const { SubscribeURL: url } = message;
  if (url === undefined || !isOfSns(url)) throw refused(`expected a SubscribeURL of SNS; came ${url}`);
  return { kind: "confirmation", confirm: async () => void (await download(url, get)) };
}

const messageSchema = z.object({
  Type: z.enum(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]),
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z
    .string()
    .nullish()
    .transform((subject) => subject ?? undefined),
  Message: z.string(),
  Timestamp: z.string(),
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
  SignatureVersion: z.literal("2"),
  Signature: z.string(),
  SigningCertURL: z.string(),
});

/** The text that SNS signs: these members in this order, each name and each value on a line of its own. */
export function signedText(message: { readonly [member: string]: string | undefined }): string {
  const members = message.Type === "Notification" ? notificationMembers : confirmationMembers;
  return members.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join("");
}

const notificationMembers = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const confirmationMembers = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/** Certificates and confirmations are at the host of SNS in its region. */
export function isSnsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isPlain = url.username === "" && url.password === "" && url.port === "";
  return url.protocol === "https:" && isPlain && /^sns\.[a-z0-9-]+\.amazonaws\.com$/.test(url.hostname);
}

async function download(url: string, get: Get): Promise<string> {
  const response = await get(url, { redirect: "error", signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw refused(`expected 200 from ${url}; came ${response.status}`);
  return response.text();
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused("expected JSON", cause);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refused(z.prettifyError(parsed.error));
  return parsed.data;
}

function refused(message: string, cause?: unknown): AppError {
  return new AppError("notification", message, { cause });
}
