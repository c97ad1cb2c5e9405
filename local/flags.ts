import { formatHelp, list, number, text, toggle } from "../report/flag-kinds.ts";
import { readCommandLine } from "../report/flags.ts";

/** Rarely used, below the ephemeral ports, and SLUI on a telephone keypad. */
export const defaultPort = 7584;

const flags = {
  once: toggle("takes everything down after the demo; exit code 0 if everything came out right"),
  "no-demo": toggle("brings it up and sends nothing"),
  port: number(
    "N",
    `serves the API on that port of 127.0.0.1, 0 for any that is free; default ${defaultPort}, with --once any that is free`,
    { least: 0, most: 65_535, isWhole: true },
    undefined,
  ),
  speed: number(
    "N",
    "AWS's own delays are so many times shorter: at 60 its minutes are seconds",
    { least: 1, most: 1_000 },
    60,
  ),
  set: list("KEY=VALUE", "a configuration value for this run, such as sluice:slots=4", readSetting),
  folder: text(
    "PATH",
    "keeps its files there instead of in .sluice; with another --port two can run at once",
    ".sluice",
  ),
};

export const usage = formatHelp(
  `Runs Sluice on this machine: what infra/ declares, on an embedded cloud.

  npm start               brings it up, sends the demo's jobs, stays up until Ctrl-C
  npm start -- --once     the same, then takes it down`,
  flags,
);

export interface LaptopFlags {
  isHelp: boolean;
  isOnce: boolean;
  hasDemo: boolean;
  port: number;
  speed: number;
  folder: string;
  config: Record<string, string>;
}

/**
 * Reads the command line.
 * @throws AppError `flags`, which lists every problem
 */
export function readFlags(args: string[]): LaptopFlags {
  return readCommandLine({ command: "npm start --", flags, args }, ({ values }) => ({
    isOnce: values.once,
    hasDemo: !values["no-demo"],
    // With --once the API ends with the demo, so its address need not stay the same.
    port: values.port ?? (values.once ? 0 : defaultPort),
    speed: values.speed,
    folder: values.folder,
    config: Object.fromEntries(values.set),
  }));
}

function readSetting(given: string): [string, string] {
  const [, key, value] = /^([^=\s:]+:[^=\s]+)=(.*)$/s.exec(given) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw new Error(`expects NAMESPACE:KEY=VALUE, such as sluice:slots=4; came "${given}"`);
}
