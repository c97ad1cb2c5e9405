import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import dynalite from "dynalite";
import type { ServiceEmulator } from "./gateway.ts";

export interface DynamoDb {
  emulator: ServiceEmulator;
  close(): Promise<void>;
}

/** DynamoDB by dynalite, in memory; tables are ready as soon as they are made. */
export async function startDynamoDb(): Promise<DynamoDb> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  return {
    async emulator(_call, { request, response, body }) {
      // The body was read to tell what is asked; dynalite gets it as a stream again.
      const replay = Object.assign(Readable.from([body]), {
        method: request.method,
        url: request.url,
        headers: request.headers,
      }) as unknown as IncomingMessage;
      server.emit("request", replay, response);
      await once(response, "close");
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
