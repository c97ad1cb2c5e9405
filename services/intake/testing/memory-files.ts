import { createHash } from "node:crypto";
import type { NamedFile } from "../read-message.ts";
import type { FoundFile, SourceFiles } from "../source-files.ts";

/** The members of S3's answer to a write. */
export interface Write extends NamedFile {
  eTag: string;
  sequencer: string;
}

/** Buckets in memory, with versions or without, and the artifacts bucket with the copies. */
export class MemoryFiles implements SourceFiles {
  /** Contents by key of the artifacts bucket. */
  readonly copies = new Map<string, string>();
  readonly #versioned: ReadonlySet<string>;
  /** Writes of each key, the newest last. */
  readonly #writes = new Map<string, { write: Write; content: string; bytes: number }[]>();
  #sequence = 0;

  constructor(versionedBuckets: string[]) {
    this.#versioned = new Set(versionedBuckets);
  }

  put(bucketName: string, key: string, content: string, bytes = Buffer.byteLength(content)): Write {
    const sequencer = (++this.#sequence).toString(16).padStart(18, "0");
    const eTag = createHash("md5").update(content).digest("hex");
    const isVersioned = this.#versioned.has(bucketName);
    const write = { bucketName, key, eTag, sequencer, ...(isVersioned ? { versionId: `v${sequencer}` } : {}) };
    const before = isVersioned ? this.#of(bucketName, key) : [];
    this.#writes.set(`${bucketName}/${key}`, [...before, { write, content, bytes }]);
    return write;
  }

  /** Removes a version, or a file without versions. */
  remove({ bucketName, key, sequencer }: Write): void {
    const left = this.#of(bucketName, key).filter(({ write }) => write.sequencer !== sequencer);
    this.#writes.set(`${bucketName}/${key}`, left);
  }

  async find({ bucketName, key, versionId }: NamedFile): Promise<FoundFile | undefined> {
    const found = this.#find(bucketName, key, versionId);
    if (!found) return undefined;
    const { write, bytes } = found;
    return { bucketName, key, bytes, eTag: `"${write.eTag}"`, versionId: write.versionId };
  }

  async copy({ bucketName, key, versionId, eTag }: FoundFile, targetKey: string): Promise<boolean> {
    const found = this.#find(bucketName, key, versionId);
    if (!found || `"${found.write.eTag}"` !== eTag) return false;
    this.copies.set(targetKey, found.content);
    return true;
  }

  #find(bucketName: string, key: string, versionId: string | undefined) {
    const all = this.#of(bucketName, key);
    return versionId === undefined ? all.at(-1) : all.find(({ write }) => write.versionId === versionId);
  }

  #of(bucketName: string, key: string) {
    return this.#writes.get(`${bucketName}/${key}`) ?? [];
  }
}
