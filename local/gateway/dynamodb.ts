import { once } from "node:events";
import dynalite from "dynalite";
import { replayRequest, type ServiceEmulator } from "./call.ts";

export interface DynamoDb {
  emulator: ServiceEmulator;
  close(): Promise<void>;
}

/** DynamoDB by dynalite, in memory. Tables are active immediately. */
export async function startDynamoDb(): Promise<DynamoDb> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  return {
    async emulator(_call, { request, response, body }) {
      server.emit("request", replayRequest(request, body), response);
      await once(response, "close");
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
