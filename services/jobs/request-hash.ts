import { createHash } from "node:crypto";
import type { Json } from "../../contract/job.ts";

/** Hash by which a repeated request is recognized. The order of an object's members makes no difference. */
export function hashRequest(request: { [member: string]: Json }): string {
  const hash = createHash("sha256");
  let pending = "";
  writeCanonical(request, (text) => {
    pending += text;
    if (pending.length < blockCharacters) return;
    hash.update(pending);
    pending = "";
  });
  return hash.update(pending).digest("hex");
}

/** A call of the hash costs more than a short text. The whole canonical text would double a large payload's memory. */
const blockCharacters = 64 * 1024;

/** Writes JSON with the members of each object in the order of their names. */
function writeCanonical(value: Json, write: (text: string) => void): void {
  if (Array.isArray(value)) {
    write("[");
    for (const [index, element] of value.entries()) {
      if (index > 0) write(",");
      writeCanonical(element, write);
    }
    write("]");
  } else if (typeof value === "object" && value !== null) {
    write("{");
    for (const [index, name] of Object.keys(value).sort().entries()) {
      write(`${index > 0 ? "," : ""}${JSON.stringify(name)}:`);
      writeCanonical(value[name] as Json, write);
    }
    write("}");
  } else {
    write(JSON.stringify(value));
  }
}
