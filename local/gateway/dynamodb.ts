import { EventEmitter } from "node:events";
import dynalite from "dynalite";
import type { ServiceEmulator } from "./call.ts";

export interface DynamoDb {
  emulator: ServiceEmulator;
  close(): Promise<void>;
}

/** DynamoDB by dynalite, in memory. Tables are active immediately. */
export async function startDynamoDb(): Promise<DynamoDb> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  return {
    async emulator(_call, { request, response, body }) {
      // The gateway has read the body. dynalite needs no stream, only its events.
      const { method, url, headers, socket } = request;
      const replayed = Object.assign(new EventEmitter(), { method, url, headers, socket });
      server.emit("request", replayed, response);
      replayed.emit("data", body);
      replayed.emit("end");
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
