import { ManualClock } from "../../../runtime/clock.ts";
import type { QueueEvent } from "../message.ts";
import { Sqs } from "../sqs.ts";

/** A message in ReceiveMessage's answer. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, object>;
  MD5OfMessageAttributes?: string;
}

interface Answer {
  readonly [field: string]: unknown;
}

/** An emulator on a clock that the test advances, with shorthands for common calls. */
export class SqsUnderTest {
  readonly clock = new ManualClock(Date.UTC(2025, 0, 1));
  readonly events: QueueEvent[] = [];
  readonly emulator: Sqs;

  constructor(options: { maxInFlight?: number } = {}) {
    this.emulator = new Sqs({
      clock: this.clock,
      region: "eu-central-1",
      accountId: "000000000000",
      endpoint: "http://127.0.0.1:4566",
      ...options,
    });
    this.emulator.subscribe((event) => this.events.push(event));
  }

  call(action: string, input: object, signal = new AbortController().signal): Promise<Answer> {
    return this.emulator.handle(action, input, signal) as Promise<Answer>;
  }

  async createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
    const { QueueUrl } = await this.call("CreateQueue", { QueueName: name, Attributes: attributes });
    return QueueUrl as string;
  }

  async send(queueUrl: string, body: string, more: object = {}): Promise<string> {
    const { MessageId } = await this.call("SendMessage", { QueueUrl: queueUrl, MessageBody: body, ...more });
    return MessageId as string;
  }

  async receive(queueUrl: string, more: object = {}, signal?: AbortSignal): Promise<ReceivedMessage[]> {
    const input = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"], ...more };
    const { Messages = [] } = await this.call("ReceiveMessage", input, signal);
    return Messages as ReceivedMessage[];
  }

  /** Expects exactly one message. */
  async receiveOne(queueUrl: string, more: object = {}): Promise<ReceivedMessage> {
    const [message, another] = await this.receive(queueUrl, more);
    if (!message || another) throw new Error(`Expected one message in ${queueUrl}.`);
    return message;
  }

  async bodies(queueUrl: string, more: object = {}, signal?: AbortSignal): Promise<string[]> {
    return (await this.receive(queueUrl, more, signal)).map((message) => message.Body);
  }

  delete(queueUrl: string, message: ReceivedMessage): Promise<Answer> {
    return this.call("DeleteMessage", { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle });
  }

  changeVisibility(queueUrl: string, message: ReceivedMessage, seconds: number): Promise<Answer> {
    return this.call("ChangeMessageVisibility", {
      QueueUrl: queueUrl,
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: seconds,
    });
  }

  /** The kinds of a message's events, in order. */
  historyOf(messageId: string): string[] {
    return this.events.filter((event) => event.messageId === messageId).map((event) => event.kind);
  }
}
