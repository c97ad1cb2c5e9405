import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { buildApp } from "fauxqs";
import { AwsError } from "../aws-error.ts";
import { writeXml } from "./query-protocol.ts";

/** A new object, or a new version of one. */
export interface ObjectWrite {
  bucketName: string;
  key: string;
  /** Absent without versioning. */
  versionId: string | undefined;
  eTag: string;
  bytes: number;
  /** As S3 names it in events, such as ObjectCreated:Put. */
  eventName: string;
  /** Rises with each write. */
  sequencer: string;
}

/** Bucket and encoded key of a path, and the parameters of its query. */
interface Target {
  bucketName: string;
  encodedKey: string;
  query: URLSearchParams;
}

type App = ReturnType<typeof buildApp>;

/**
 * Adds to fauxqs the versions of objects, conditions of copies, copies in parts, and notifications of writes. Each version is also an object of
 * a second bucket, under its version id.
 */
export class S3Versions {
  readonly #app: App;
  /** Version ids by key, the newest last. The newest is undefined if it is a delete marker. */
  readonly #versioned = new Map<string, Map<string, (string | undefined)[]>>();
  readonly #listeners = new Map<string, ((write: ObjectWrite) => void)[]>();
  #writes = 0;
  /** Writes happen one after the other, so that a version is kept before the next write. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(app: App) {
    this.#app = app;
  }

  async keepVersions(bucketName: string): Promise<void> {
    this.#versioned.set(bucketName, new Map());
    await this.#app.inject({ method: "PUT", url: `/${versionsBucket(bucketName)}` });
  }

  /** Calls the listener after each write of an object. */
  listen(bucketName: string, listener: (write: ObjectWrite) => void): void {
    this.#listeners.set(bucketName, [...(this.#listeners.get(bucketName) ?? []), listener]);
  }

  /**
   * Answers a request about versions and returns true. Otherwise points the request at the version that it means, and leaves the
   * answer to fauxqs.
   */
  async answer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<boolean> {
    const { method = "GET" } = request;
    const target = targetOf(request.url ?? "/");
    await this.#resolveCopySource(request);
    if (target.encodedKey === "") return false;
    if (request.headers["x-amz-copy-source"] !== undefined && target.query.has("partNumber")) {
      await this.#copyPart(request, response);
      return true;
    }
    if (isWrite(method, target) && this.#isObserved(target.bucketName)) {
      await this.#inTurn(() => this.#write(request, response, body, target));
      return true;
    }
    const versions = this.#versioned.get(target.bucketName);
    if (!versions) return false;
    if (method === "DELETE" && !target.query.has("uploadId")) {
      await this.#inTurn(() => this.#delete(versions, target, response));
      return true;
    }
    if (method === "GET" || method === "HEAD") this.#resolveRead(versions, target, request, response);
    return false;
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#lastWrite.then(work);
    this.#lastWrite = turn.catch(() => {});
    await turn;
  }

  #isObserved(bucketName: string): boolean {
    return this.#versioned.has(bucketName) || this.#listeners.has(bucketName);
  }

  async #write(request: IncomingMessage, response: ServerResponse, body: Buffer, target: Target): Promise<void> {
    const { bucketName, encodedKey } = target;
    const { "content-length": _, ...headers } = request.headers;
    const method = request.method as "PUT" | "POST";
    const answer = await this.#app.inject({ method, url: request.url ?? "/", headers, payload: body });
    const path = `/${bucketName}/${encodedKey}`;
    const versions = this.#versioned.get(bucketName);
    const versionId = answer.statusCode === 200 && versions ? randomBytes(16).toString("base64url") : undefined;
    if (versions && versionId !== undefined) {
      const url = `/${versionsBucket(bucketName)}/${versionId}`;
      await this.#app.inject({ method: "PUT", url, headers: { "x-amz-copy-source": path } });
      versions.set(encodedKey, [...(versions.get(encodedKey) ?? []), versionId]);
      response.setHeader("x-amz-version-id", versionId);
    }
    if (answer.statusCode === 200) await this.#notify(target, versionId, eventNameOf(request));
    response.writeHead(answer.statusCode, answer.headers);
    response.end(answer.rawPayload);
  }

  async #notify({ bucketName, encodedKey }: Target, versionId: string | undefined, eventName: string): Promise<void> {
    const listeners = this.#listeners.get(bucketName) ?? [];
    const { headers } = await this.#app.inject({ method: "HEAD", url: `/${bucketName}/${encodedKey}` });
    const write: ObjectWrite = {
      bucketName,
      key: decodeURIComponent(encodedKey),
      versionId,
      eTag: String(headers.etag).replaceAll('"', ""),
      bytes: Number(headers["content-length"]),
      eventName,
      sequencer: (++this.#writes).toString(16).toUpperCase().padStart(18, "0"),
    };
    for (const listener of listeners) listener(write);
  }

  /** Without a version id S3 adds a delete marker; with one it deletes the version. */
  async #delete(
    versions: Map<string, (string | undefined)[]>,
    { bucketName, encodedKey, query }: Target,
    response: ServerResponse,
  ): Promise<void> {
    const all = versions.get(encodedKey) ?? [];
    const versionId = query.get("versionId") ?? undefined;
    const left = versionId === undefined ? [...all, undefined] : all.filter((one) => one !== versionId);
    versions.set(encodedKey, left);
    const path = `/${bucketName}/${encodedKey}`;
    const hidden = `/${versionsBucket(bucketName)}`;
    if (versionId !== undefined) await this.#app.inject({ method: "DELETE", url: `${hidden}/${versionId}` });
    const newest = left.at(-1);
    if (newest === undefined) await this.#app.inject({ method: "DELETE", url: path });
    else await this.#app.inject({ method: "PUT", url: path, headers: { "x-amz-copy-source": `${hidden}/${newest}` } });
    response.writeHead(204);
    response.end();
  }

  #resolveRead(
    versions: Map<string, (string | undefined)[]>,
    { bucketName, encodedKey, query }: Target,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const all = versions.get(encodedKey) ?? [];
    const versionId = query.get("versionId") ?? undefined;
    if (versionId !== undefined) request.url = `/${this.#objectOf(bucketName, encodedKey, versionId)}`;
    const shown = versionId ?? all.at(-1);
    if (shown !== undefined) response.setHeader("x-amz-version-id", shown);
  }

  /** Points a copy at the version that it names, and checks its condition. */
  async #resolveCopySource(request: IncomingMessage): Promise<void> {
    const { "x-amz-copy-source": source, "x-amz-copy-source-if-match": eTag } = request.headers;
    if (typeof source !== "string") return;
    const { bucketName, encodedKey, query } = targetOf(`/${source.replace(/^\//, "")}`);
    const versionId = query.get("versionId");
    const path = versionId === null ? `${bucketName}/${encodedKey}` : this.#objectOf(bucketName, encodedKey, versionId);
    request.headers["x-amz-copy-source"] = path;
    if (eTag === undefined) return;
    const { statusCode, headers } = await this.#app.inject({ method: "HEAD", url: `/${path}` });
    if (statusCode === 200 && headers.etag !== eTag) {
      throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
    }
  }

  /** Copies a range of an object as one part of an upload: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
  async #copyPart({ headers, url = "/" }: IncomingMessage, response: ServerResponse): Promise<void> {
    const range = headers["x-amz-copy-source-range"];
    const source = await this.#app.inject({
      method: "GET",
      url: `/${headers["x-amz-copy-source"]}`,
      headers: range === undefined ? {} : { range: String(range) },
    });
    if (source.statusCode >= 300) {
      response.writeHead(source.statusCode, source.headers);
      response.end(source.rawPayload);
      return;
    }
    const part = await this.#app.inject({
      method: "PUT",
      url,
      headers: { "content-type": "application/octet-stream" },
      payload: source.rawPayload,
    });
    const isCopied = part.statusCode < 300;
    response.writeHead(part.statusCode, { "content-type": "application/xml" });
    response.end(isCopied ? writeXml("CopyPartResult", { ETag: part.headers.etag }) : part.rawPayload);
  }

  #objectOf(bucketName: string, encodedKey: string, versionId: string): string {
    const versions = this.#versioned.get(bucketName)?.get(encodedKey) ?? [];
    if (versions.includes(versionId)) return `${versionsBucket(bucketName)}/${versionId}`;
    throw new AwsError("NoSuchVersion", "The specified version does not exist.", 404);
  }
}

function versionsBucket(bucketName: string): string {
  return `versions-of-${bucketName}`;
}

/** A key has one encoding here, so that all requests find its versions. */
function targetOf(url: string): Target {
  const [path = "", query = ""] = url.slice(1).split("?");
  const [bucketName = "", ...rest] = path.split("/");
  const encodedKey = rest.map((part) => encodeURIComponent(decodeURIComponent(part))).join("/");
  return { bucketName, encodedKey, query: new URLSearchParams(query) };
}

/** A PUT of an object, or the completion of one in parts. */
function isWrite(method: string, { query }: Target): boolean {
  return method === "PUT" ? !query.has("uploadId") : method === "POST" && query.has("uploadId");
}

function eventNameOf(request: IncomingMessage): string {
  if (request.method === "POST") return "ObjectCreated:CompleteMultipartUpload";
  return request.headers["x-amz-copy-source"] === undefined ? "ObjectCreated:Put" : "ObjectCreated:Copy";
}
