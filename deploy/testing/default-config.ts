import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readStackConfig, type StackConfig } from "../stack-config.ts";

/** The configuration of a stack that sets nothing. */
export const defaultConfig: StackConfig = readStackConfig(
  readFileSync(fileURLToPath(new URL("../../Pulumi.yaml", import.meta.url)), "utf8"),
  "",
).config;
