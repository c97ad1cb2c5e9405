// The program's entry. Pulumi starts it with the machine's own Node, which may be too old to load TypeScript itself.
// For the same reason infra/, and all that it imports, uses nothing of Node that is newer than Node 20.
import * as nodeModule from "node:module";

if (!process.features.typescript) {
  if (!nodeModule.register) throw new Error(`The program needs Node 20.6 or newer; this is ${process.version}.`);
  nodeModule.register("./strip-types.mjs", import.meta.url);
}

// `export *` would load index.ts before the hooks are registered.
export default { ...(await import("./index.ts")) };
