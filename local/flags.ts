import { parseArgs } from "node:util";
import { AppError, asError } from "../runtime/errors.ts";

export const usage = `Runs Sluice on this machine: what infra/ declares, on an embedded cloud.

  npm start                 brings it up, sends the demo's jobs, stays up until Ctrl-C
  npm start -- --once       the same, then takes it down; exit code 0 if everything came out right
  npm start -- --no-demo    brings it up and sends nothing
  npm start -- --port 8080  serves the API on that port of 127.0.0.1
  npm start -- --speed 1    AWS's own delays as they are; otherwise 60 times shorter: its minutes are seconds (1 to 1000)
  npm start -- --set sluice:slots=4   a configuration value for this run, may be repeated
  npm start -- --folder PATH   keeps its files there instead of in .sluice, so that two can run at once
`;

export interface Flags {
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
 * @throws AppError `flags` with everything that is wrong with it
 */
export function readFlags(args: string[]): Flags {
  const flags = parse(args);
  const problems: string[] = [];
  const number = (name: "port" | "speed", least: number, most: number): number => {
    const value = flags[name].trim() === "" ? Number.NaN : Number(flags[name]);
    const isFine = value >= least && value <= most && (name === "speed" || Number.isInteger(value));
    if (!isFine) problems.push(`--${name} expects a number from ${least} to ${most}; came "${flags[name]}"`);
    return value;
  };
  const port = number("port", 0, 65_535);
  const speed = number("speed", 1, 1_000);
  const config: Record<string, string> = {};
  for (const setting of flags.set) {
    const [, key, value] = /^([^=\s:]+:[^=\s]+)=(.*)$/s.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      problems.push(`--set expects NAMESPACE:KEY=VALUE, such as sluice:slots=4; came "${setting}"`);
    } else config[key] = value;
  }
  const read: Flags = {
    isHelp: flags.help,
    isOnce: flags.once,
    hasDemo: !flags["no-demo"],
    port,
    speed,
    folder: flags.folder,
    config,
  };
  if (problems.length > 0) throw refuse(problems);
  return read;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        once: { type: "boolean", default: false },
        "no-demo": { type: "boolean", default: false },
        port: { type: "string", default: "0" },
        speed: { type: "string", default: "60" },
        set: { type: "string", multiple: true, default: [] },
        folder: { type: "string", default: ".sluice" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw refuse([asError(error).message], error);
  }
}

function refuse(problems: string[], cause?: unknown): AppError {
  const lines = problems.map((problem) => `  - ${problem}`).join("\n");
  return new AppError("flags", `The command line is not usable (npm start -- --help explains it):\n${lines}`, {
    cause,
  });
}
