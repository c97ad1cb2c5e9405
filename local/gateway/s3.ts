import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buildApp } from "fauxqs";
import { AwsError } from "../aws-error.ts";
import { replayRequest, type ServiceEmulator } from "./call.ts";
import { writeXml } from "./query-protocol.ts";
import { type ObjectWrite, S3Versions } from "./s3-versions.ts";

export interface S3 {
  emulator: ServiceEmulator;
  createBucket(name: string): Promise<void>;
  keepVersions(bucketName: string): Promise<void>;
  /** Calls the listener after each write of an object. */
  listen(bucketName: string, listener: (write: ObjectWrite) => void): void;
  close(): Promise<void>;
}

/** S3 by fauxqs, in memory, with conditional writes, versions and notifications added. One PUT takes up to 11 MiB. */
export async function startS3(): Promise<S3> {
  const app = buildApp({ logger: false });
  await app.ready();
  const versions = new S3Versions(app);
  const writing = new Set<string>();

  async function serve(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    // curl's default content type. fauxqs would parse the object's bytes as a form.
    if (request.headers["content-type"] === "application/x-www-form-urlencoded") delete request.headers["content-type"];
    if (await versions.answer(request, response, body)) return;
    app.routing(replayRequest(request, body), response);
    if (!response.writableEnded) await once(response, "close");
  }

  /**
   * `If-None-Match: *` writes an object only if there is none:
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  async function writeOnce(path: string, write: () => Promise<void>): Promise<void> {
    if (writing.has(path)) {
      const message = "The conditional request cannot succeed due to a conflicting operation against this resource.";
      throw new AwsError("ConditionalRequestConflict", message, 409);
    }
    writing.add(path);
    try {
      const { statusCode } = await app.inject({ method: "HEAD", url: path });
      if (statusCode !== 404) {
        const message = "At least one of the pre-conditions you specified did not hold";
        throw new AwsError("PreconditionFailed", message, 412);
      }
      await write();
    } finally {
      writing.delete(path);
    }
  }

  return {
    async emulator({ path }, { request, response, body }) {
      const condition = request.method === "PUT" ? request.headers["if-none-match"] : undefined;
      const write = () => serve(request, response, body);
      if (condition === undefined) return write();
      if (condition === "*") return writeOnce(path.split("?")[0] ?? path, write);
      throw new AwsError("NotImplemented", `Expected If-None-Match: *; came ${condition}.`, 501);
    },
    async createBucket(name) {
      const answer = await app.inject({ method: "PUT", url: `/${name}` });
      if (answer.statusCode >= 300) throw new Error(`bucket ${name}: ${answer.statusCode} ${answer.body}`);
    },
    keepVersions: (bucketName) => versions.keepVersions(bucketName),
    listen: (bucketName, listener) => versions.listen(bucketName, listener),
    close: async () => {
      await app.close();
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function sendS3Error(response: ServerResponse, { code, message, status }: AwsError): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(writeXml("Error", { Code: code, Message: message }));
}
