import { once } from "node:events";
import { buildApp } from "fauxqs";
import { replayRequest, type ServiceEmulator } from "./call.ts";

export interface S3 {
  emulator: ServiceEmulator;
  createBucket(name: string): Promise<void>;
  close(): Promise<void>;
}

/** S3 by fauxqs, in memory. It takes objects up to 11 MiB in one PUT. */
export async function startS3(): Promise<S3> {
  const app = buildApp({ logger: false });
  await app.ready();
  return {
    async emulator(_call, { request, response, body }) {
      // What curl says of a body it was told nothing about; fauxqs would read it as a form and not as an object's bytes.
      if (request.headers["content-type"] === "application/x-www-form-urlencoded")
        delete request.headers["content-type"];
      app.routing(replayRequest(request, body), response);
      if (!response.writableEnded) await once(response, "close");
    },
    async createBucket(name) {
      const answer = await app.inject({ method: "PUT", url: `/${name}` });
      if (answer.statusCode >= 300) throw new Error(`bucket ${name}: ${answer.statusCode} ${answer.body}`);
    },
    close: async () => {
      await app.close();
    },
  };
}
