/**
 * The reaper: a process in a session of its own, so that neither Ctrl-C nor a closed terminal reaches it. While the cloud
 * lives it only listens. When the cloud is gone without having ended it, its input ends, and it ends all that is left.
 */

import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import { type Group, killIfSame } from "./group.ts";
import type { ReaperMessage } from "./reaper.ts";

const [ownerRecord = ""] = process.argv.slice(2);
const groups = new Map<number, Group>();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  // Undefined when the cloud died in the middle of a line: the group in question was not yet allowed to run.
  const message = jsonOrUndefined(line) as ReaperMessage | undefined;
  if (message && "watch" in message) groups.set(message.watch.pid, message.watch);
  if (message && "forget" in message) groups.delete(message.forget);
}
await Promise.all([...groups.values()].map(killIfSame));
await rm(ownerRecord, { force: true });
