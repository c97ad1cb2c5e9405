import { limits } from "../../../contract/limits.ts";
import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { JobQueue, MessageSource, ReceivedMessage } from "../../jobs/ports.ts";
import { MemoryQueue } from "../../jobs/testing/memory-queue.ts";
import { pollMessages } from "../poll-messages.ts";
import { Effects } from "./effects.ts";

export type Port = MessageSource & Pick<JobQueue, "defer"> & { url?: string };

/** A worker that polls a queue. Its messages end when the test says so. */
export class PollWorld {
  readonly clock = new ManualClock(1_000_000);
  readonly queue = this.createQueue("memory:jobs");
  readonly effects = new Effects(this.clock);
  readonly stop = new AbortController();
  polling: Promise<void> = Promise.resolve();
  /** Messages in progress, each with the function that ends it. */
  readonly atWork = new Map<string, () => void>();
  /** Messages that each long poll asked for. */
  readonly asked: number[] = [];
  /** The same of each receive without a free slot. */
  readonly askedEarly: number[] = [];
  hasRest = false;

  createQueue(url: string): MemoryQueue {
    return new MemoryQueue({
      clock: this.clock,
      visibilityMilliseconds: visibility,
      maxReceiveCount: limits.maxReceiveCount,
      url,
    });
  }

  async poll(slots: number, port: Port = this.effects.of("queue", this.queue), ...others: Port[]): Promise<void> {
    const counted: Port = {
      receive: (most, signal) => {
        this.asked.push(most);
        return port.receive(most, signal);
      },
      receiveNow: (most) => {
        this.askedEarly.push(most);
        return port.receiveNow(most);
      },
      defer: (received, milliseconds) => port.defer(received, milliseconds),
    };
    const portOf = ({ queueUrl }: ReceivedMessage) => others.find(({ url }) => url === queueUrl) ?? counted;
    this.polling = pollMessages(
      {
        queue: { defer: (received, milliseconds) => portOf(received).defer(received, milliseconds) },
        sources: [counted, ...others],
        clock: this.clock,
        log: silentLog,
        random: () => 0,
        slots,
        leaseMilliseconds: visibility,
        isResting: () => this.hasRest,
        process: (received) => this.#work(received),
      },
      this.stop.signal,
    );
    await this.clock.advance(0);
  }

  #work({ content }: ReceivedMessage): Promise<void> {
    return new Promise((resolve) => {
      const jobId = content?.jobId ?? "";
      this.atWork.set(jobId, () => {
        this.atWork.delete(jobId);
        resolve();
      });
    });
  }

  async send(...jobIds: string[]): Promise<void> {
    for (const jobId of jobIds) await this.queue.send({ owner: "alice", jobId }, 0);
  }

  async finish(jobId: string): Promise<void> {
    this.atWork.get(jobId)?.();
    await this.clock.advance(0);
  }

  /** Finishes what is at work now. */
  async finishAll(): Promise<void> {
    for (const jobId of [...this.atWork.keys()]) await this.finish(jobId);
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.finishAll();
    await this.polling;
  }
}

const visibility = 30_000;
