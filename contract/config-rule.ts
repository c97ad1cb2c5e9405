import type { Config } from "./config.ts";

/** Finds contradictions between keys; one text for each. */
export type Rule = (config: Partial<Config>) => string[];

/** A rule that applies if all of its keys have valid values. */
export function rule<Key extends keyof Config>(keys: Key[], find: (config: Pick<Config, Key>) => string[]): Rule {
  return (config) => (keys.every((key) => config[key] !== undefined) ? find(config as Pick<Config, Key>) : []);
}
