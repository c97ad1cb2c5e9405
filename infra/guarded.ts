import type { Config } from "./config.ts";

/** Options of what cannot be made again: neither a replacement nor a destroy takes it away while the stack protects its data. */
export function guarded(config: Pick<Config, "protectData">): { protect: boolean; retainOnDelete: boolean } {
  return { protect: config.protectData, retainOnDelete: config.protectData };
}
