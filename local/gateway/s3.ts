import { once } from "node:events";
import { buildApp } from "fauxqs";
import { replayRequest, type ServiceEmulator } from "./call.ts";

export interface S3 {
  emulator: ServiceEmulator;
  createBucket(name: string): Promise<void>;
  close(): Promise<void>;
}

/** S3 by fauxqs, in memory. One PUT takes up to 11 MiB. */
export async function startS3(): Promise<S3> {
  const app = buildApp({ logger: false });
  await app.ready();
  return {
    async emulator(_call, { request, response, body }) {
      // curl's default content type. fauxqs would parse the object's bytes as a form.
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
