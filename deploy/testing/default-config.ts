import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Config } from "../../contract/config.ts";
import { readStackConfig } from "../stack-config.ts";

/** Configuration of a stack without settings. */
export const defaultConfig: Config = readStackConfig(
  readFileSync(fileURLToPath(new URL("../../Pulumi.yaml", import.meta.url)), "utf8"),
  "",
).config;
