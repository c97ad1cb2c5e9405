import { formatHelp, list, number, text, toggle } from "../report/flag-kinds.ts";
import { readCommandLine } from "../report/flags.ts";

/** Rarely used, below the ephemeral ports, and SLUI on a telephone keypad. */
export const defaultPort = 7584;

const flags = {
  once: toggle("stops after the demo, with exit code 0 if every result was as expected"),
  "no-demo": toggle("starts the stack without the settings of the demo, and sends no jobs"),
  port: number(
    "N",
    `port of the API on 127.0.0.1, 0 for any free one; default ${defaultPort}, with --once any free one`,
    { least: 0, most: 65_535, isWhole: true },
    undefined,
  ),
  speed: number("N", "divides AWS's own delays by N: at 60 a minute takes a second", { least: 1, most: 1_000 }, 60),
  set: list("KEY=VALUE", "a configuration value for this run, such as sluice:slots=4", readSetting),
  restore: text("PATH", "folder with snapshots of an earlier stack, whose jobs this one then has; no demo", ""),
  folder: text(
    "PATH",
    "folder for the stack's files instead of .sluice; with another --port too, a second stack can run",
    ".sluice",
  ),
};

export const usage = formatHelp(
  `Runs Sluice on this machine: what infra/ declares, on an embedded cloud.

  npm start               starts the stack, sends the demo's jobs, runs until Ctrl-C
  npm start -- --once     the same, and stops after the demo`,
  flags,
);

export interface LaptopFlags {
  isHelp: boolean;
  isOnce: boolean;
  hasDemo: boolean;
  port: number;
  speed: number;
  folder: string;
  /** Empty without a restore. */
  restore: string;
  config: Record<string, string>;
}

/**
 * Reads the command line.
 * @throws AppError `flags`, which lists every problem
 */
export function readFlags(args: string[]): LaptopFlags {
  return readCommandLine({ command: "npm start --", flags, args }, ({ values }) => ({
    isOnce: values.once,
    hasDemo: !values["no-demo"] && values.restore === "",
    // With --once the API ends with the demo, so its address need not stay the same.
    port: values.port ?? (values.once ? 0 : defaultPort),
    speed: values.speed,
    folder: values.folder,
    restore: values.restore,
    config: Object.fromEntries(values.set),
  }));
}

function readSetting(given: string): [string, string] {
  const [, key, value] = /^([^=\s:]+:[^=\s]+)=(.*)$/s.exec(given) ?? [];
  if (key !== undefined && value !== undefined) return [key, value];
  throw new Error(`expected NAMESPACE:KEY=VALUE, such as sluice:slots=4; came "${given}"`);
}
