import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { offer } from "./remote.ts";

/*
 * A process with dynalite. It counts the calls of a round, and measures from outside how long jobs are in a worker: from the
 * arrival of the claim to the answer of the write that ends the job.
 */

export interface TableRound {
  /** By action. */
  calls: Record<string, number>;
  /** Sum over the jobs of the time that each was in a slot. */
  slotMilliseconds: number;
  /** CPU time of this process. */
  cpuMilliseconds: number;
}

export type TableEmulator = typeof methods;

let round: Omit<TableRound, "cpuMilliseconds"> = { calls: {}, slotMilliseconds: 0 };
let cpuAtBegin = process.cpuUsage();
let onClaim = (_at: number) => {};

const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
server.prependListener("request", watch);
server.listen(0, "127.0.0.1");
await once(server, "listening");

const methods = {
  endpoint: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  begin(): void {
    round = { calls: {}, slotMilliseconds: 0 };
    cpuAtBegin = process.cpuUsage();
  },
  end(): TableRound {
    const { user, system } = process.cpuUsage(cpuAtBegin);
    return { ...round, cpuMilliseconds: (user + system) / 1_000 };
  },
  /** Resolves with the time of the next claim, in milliseconds since the epoch. */
  untilClaim: () =>
    new Promise<number>((resolve) => {
      onClaim = resolve;
    }),
};

offer(methods);

function watch(request: IncomingMessage, response: ServerResponse): void {
  const { calls } = round;
  const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
  calls[action] = (calls[action] ?? 0) + 1;
  if (action !== "UpdateItem") return;
  const arrivedAt = performance.now();
  request.once("data", (chunk: Buffer) => {
    // Both contenders write the state as the first value that has this form.
    if (chunk.includes('"S":"running"')) {
      round.slotMilliseconds -= arrivedAt;
      onClaim(performance.timeOrigin + arrivedAt);
    }
    if (chunk.includes('"S":"succeeded"')) {
      response.on("finish", () => {
        round.slotMilliseconds += performance.now();
      });
    }
  });
}
