import type { Group } from "./group.ts";

/** What the cloud tells its reaper, one JSON text a line. */
export type ReaperMessage = { watch: Group } | { forget: number };
