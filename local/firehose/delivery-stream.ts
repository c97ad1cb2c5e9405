import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";

export interface DeliveryStreamOptions {
  name: string;
  clock: Clock;
  /** The factor by which it writes sooner than on AWS. */
  speed: number;
  bufferSeconds: number;
  bufferBytes: number;
  /** With `!{timestamp:yyyy/MM/dd}` in it. */
  prefix: string;
  fileExtension: string;
  write(key: string, bytes: Buffer): Promise<void>;
  onLine(line: string): void;
}

/**
 * A stream of Firehose into a bucket: it gathers records, and writes them as one compressed file after a time or beyond a size. As
 * with SNS as the source, each record is one line.
 * https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
 */
export class DeliveryStream {
  readonly #options: DeliveryStreamOptions;
  #records: string[] = [];
  #bytes = 0;
  #firstAt = 0;
  #cancel = () => {};

  constructor(options: DeliveryStreamOptions) {
    this.#options = options;
  }

  put(record: string): void {
    const { clock, bufferSeconds, bufferBytes, speed } = this.#options;
    if (this.#records.length === 0) {
      this.#firstAt = clock.now();
      this.#cancel = clock.after((bufferSeconds * 1_000) / speed, () => this.#flush());
    }
    this.#records.push(record);
    this.#bytes += Buffer.byteLength(record) + 1;
    if (this.#bytes >= bufferBytes) this.#flush();
  }

  /** Drops what is not written yet: the bucket goes with the cloud. */
  close(): void {
    this.#cancel();
    this.#records = [];
  }

  #flush(): void {
    this.#cancel();
    const text = this.#records.map((record) => `${record}\n`).join("");
    this.#records = [];
    this.#bytes = 0;
    this.#writeFile(text, new Date(this.#firstAt)).catch((thrown: unknown) =>
      this.#options.onLine(`could not write ${text.length} characters: ${asError(thrown).message}`),
    );
  }

  async #writeFile(text: string, at: Date): Promise<void> {
    const { name, prefix, fileExtension, write } = this.#options;
    const time = at.toISOString();
    const day = time.slice(0, 10).replaceAll("-", "/");
    const file = `${name}-1-${time.slice(0, 19).replaceAll(/[T:]/g, "-")}-${randomUUID()}${fileExtension}`;
    await write(`${prefix.replace(datePattern, day)}${file}`, await promisify(gzip)(text));
  }
}

/** The only expression in prefixes that the laptop evaluates. */
export const datePattern = "!{timestamp:yyyy/MM/dd}";
