import type { Config } from "./config.ts";

/** Resource options for data that cannot be recreated: with `protectData`, Pulumi neither replaces nor destroys it. */
export function guarded(config: Pick<Config, "protectData">): { protect: boolean; retainOnDelete: boolean } {
  return { protect: config.protectData, retainOnDelete: config.protectData };
}
