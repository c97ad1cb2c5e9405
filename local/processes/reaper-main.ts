/**
 * The reaper: a process in a session of its own, which Ctrl-C and a closed terminal do not reach. When the cloud ends
 * without ending the reaper, the reaper's input ends, and it kills the groups that are left.
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
  // Undefined if the cloud died while writing the line. That group was not yet allowed to run.
  const message = jsonOrUndefined(line) as ReaperMessage | undefined;
  if (message && "watch" in message) groups.set(message.watch.pid, message.watch);
  if (message && "forget" in message) groups.delete(message.forget);
}
await Promise.all([...groups.values()].map(killIfSame));
await rm(ownerRecord, { force: true });
