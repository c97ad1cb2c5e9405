import { expect, it } from "vitest";
import type { JobQueue, ReceivedMessage } from "../ports.ts";
import { contractMaxReceiveCount, contractVisibilitySeconds } from "./queue-contract.ts";

export interface OrderedQueueUnderTest {
  queue: JobQueue;
  pass(milliseconds: number): Promise<void>;
}

/** The contract of the queue for jobs in groups, for SQS and for the fake. */
export function orderedQueueContract(open: () => Promise<OrderedQueueUnderTest>): void {
  async function prepare() {
    const { queue, pass } = await open();
    return {
      queue,
      pass,
      send: (jobId: string, groupId: string, owner = "alice") => queue.send({ owner, jobId, groupId }, 0),
      async receive(): Promise<ReceivedMessage> {
        const [received] = await queue.receiveNow(10);
        if (received === undefined) throw new Error("Expected a message; came none.");
        return received;
      },
    };
  }
  const idOf = (received: ReceivedMessage | undefined) => received?.content?.jobId;

  it("delivers one message of a group at a time, in the order of sending", async () => {
    const { queue, send, receive } = await prepare();
    for (const jobId of ["a", "b", "c"]) await send(jobId, "group");

    const first = await receive();
    const early = await queue.receiveNow(10);
    await queue.deleteBatch([first]);

    expect([idOf(first), early]).toEqual(["a", []]);
    expect(idOf(await receive())).toBe("b");
  });

  it("delivers messages of other groups and of other owners' groups meanwhile", async () => {
    const { send, receive } = await prepare();
    await send("a", "group");
    await send("b", "another");
    await send("c", "group", "bob");

    expect([await receive(), await receive(), await receive()].map(idOf).sort()).toEqual(["a", "b", "c"]);
  });

  it("delivers a deferred message before the later ones of its group, however often it is deferred", async () => {
    const { queue, send, receive, pass } = await prepare();
    for (const jobId of ["a", "b"]) await send(jobId, "group");

    for (let round = 0; round < 3 * contractMaxReceiveCount; round++) {
      const received = await receive();
      expect(idOf(received)).toBe("a");
      await queue.defer(received, 2_000);
      expect(await queue.receiveNow(10)).toEqual([]);
      await pass(2_000);
    }
  });

  it("delivers a message again after its visibility timeout, before the later ones of its group", async () => {
    const { send, receive, pass } = await prepare();
    for (const jobId of ["a", "b"]) await send(jobId, "group");

    for (let round = 0; round < 2 * contractMaxReceiveCount; round++) {
      expect(idOf(await receive())).toBe("a");
      await pass(contractVisibilitySeconds * 1_000);
    }
  });

  it("delivers a second message of a job too", async () => {
    const { queue, send, receive } = await prepare();
    for (const jobId of ["a", "a"]) await send(jobId, "group");

    await queue.deleteBatch([await receive()]);

    expect(idOf(await receive())).toBe("a");
  });

  it("takes a message that should be delayed, and delivers it at once", async () => {
    const { queue, receive } = await prepare();

    await queue.send({ owner: "alice", jobId: "a", groupId: "group" }, 60_000);

    expect((await receive()).content).toMatchObject({ jobId: "a", groupId: "group" });
  });
}
