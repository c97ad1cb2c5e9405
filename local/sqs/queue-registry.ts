import { AwsError } from "../aws-error.ts";
import { arnOf } from "../gateway/account.ts";
import { invalidParameter } from "./parse-input.ts";
import { Queue, type QueueSurroundings } from "./queue.ts";
import { changeAttributes, type QueueAttributes, readSettings, unknownAttribute } from "./queue-attributes.ts";
import { acceptsDeadLettersOf } from "./redrive-policy.ts";

/** The parts of queue URLs and ARNs. */
export interface QueueAddress {
  readonly region: string;
  readonly accountId: string;
  readonly endpoint: string;
}

/** All queues of the account and region. */
export class QueueRegistry {
  readonly #queues = new Map<string, Queue>();
  readonly #address: QueueAddress;
  readonly #around: QueueSurroundings;

  constructor(address: QueueAddress, around: Omit<QueueSurroundings, "findByArn">) {
    this.#address = address;
    this.#around = { ...around, findByArn: (arn) => this.findByArn(arn) };
  }

  all(): Queue[] {
    return [...this.#queues.values()];
  }

  /** Finds a queue by name or URL. Only the URL's path counts, because clients may use another host name. */
  get(urlOrName: string): Queue {
    const [name = "", accountId] = urlOrName.split("/").reverse();
    const queue = this.#queues.get(name);
    if (!queue || (accountId !== undefined && accountId !== this.#address.accountId)) {
      throw new AwsError("QueueDoesNotExist", `The specified queue does not exist: ${urlOrName}`);
    }
    return queue;
  }

  find(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  findByArn(arn: string): Queue | undefined {
    const queue = this.#queues.get(arn.split(":").at(-1) ?? "");
    return queue?.identity.arn === arn ? queue : undefined;
  }

  create(name: string, attributes: QueueAttributes): Queue {
    const { accountId, endpoint } = this.#address;
    const arn = arnOf(this.#address, "sqs", name);
    this.#checkRedrivePolicy(arn, attributes);
    const queue = new Queue({ name, arn, url: `${endpoint}/${accountId}/${name}` }, attributes, this.#around);
    this.#queues.set(name, queue);
    return queue;
  }

  setAttributes(queue: Queue, changes: QueueAttributes): void {
    const attributes = changeAttributes(queue.attributes, changes);
    if (attributes.FifoQueue !== queue.attributes.FifoQueue) throw unknownAttribute("FifoQueue");
    if (changes.RedrivePolicy) this.#checkRedrivePolicy(queue.identity.arn, attributes);
    queue.setAttributes(attributes);
  }

  close(): void {
    for (const queue of this.#queues.values()) queue.close();
  }

  #checkRedrivePolicy(sourceArn: string, attributes: QueueAttributes): void {
    const { redrivePolicy } = readSettings(attributes);
    if (!redrivePolicy) return;
    const refuse = (reason: string) => invalidParameter(attributes.RedrivePolicy, "RedrivePolicy", reason);
    const target = this.findByArn(redrivePolicy.deadLetterTargetArn);
    if (!target) throw refuse("Dead letter target does not exist.");
    if (target.settings.isFifo !== sourceArn.endsWith(".fifo")) {
      throw refuse("Dead-letter queue must be same type of queue as the source.");
    }
    if (target.identity.arn === sourceArn) throw refuse("A queue cannot be its own dead-letter queue.");
    if (!acceptsDeadLettersOf(target.settings.redriveAllowPolicy, sourceArn)) {
      throw refuse(`The RedriveAllowPolicy of ${target.identity.name} does not permit ${sourceArn}.`);
    }
  }
}
