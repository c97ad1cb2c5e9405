import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { AppError, asError } from "../../runtime/errors.ts";
import { readJobList } from "../../workload/job-list.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Reads what a folder's index.json names: `NAME.csv.gz` of each entry, with its parameters and bounds.
 * @throws AppError `index` for an index that is none, `job-list` for a list that is none
 */
export async function readLists(folder: string, only?: readonly string[]): Promise<Scenario[]> {
  const index = await readIndex(join(folder, "index.json"));
  const unknown = only?.filter((name) => !(name in index)) ?? [];
  if (unknown.length > 0) {
    throw new AppError("index", `expected lists out of ${Object.keys(index).join(", ")}; came ${unknown.join(", ")}`);
  }
  const names = only ?? Object.keys(index);
  return Promise.all(
    names.map(async (name) =>
      toScenario(name, index[name] as Entry, await readJobList(join(folder, `${name}.csv.gz`))),
    ),
  );
}

async function readIndex(path: string): Promise<Record<string, Entry>> {
  try {
    return indexSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    throw new AppError("index", `${path} is no index of job lists: ${asError(error).message}`, { cause: error });
  }
}

const hours = z.number().positive().nullable();

const entrySchema = z.object({
  kind: z.string().optional(),
  source: z.string().optional(),
  meanServiceSeconds: z.number().positive(),
  slotsPerTask: z.int().positive(),
  waitTargetSeconds: z.number().positive(),
  warmStartSeconds: z.number().nonnegative(),
  bootSeconds: z.number().nonnegative(),
  tasksPerInstance: z.int().positive(),
  minTasks: z.int().nonnegative(),
  maxTasks: z.int().positive(),
  initialTasks: z.int().nonnegative(),
  endSeconds: z.number().positive(),
  bounds: z.object({
    workHours: z.number().positive(),
    lb100TaskHours: hours,
    lb95TaskHours: hours,
    clairvoyantInstanceHours: hours,
  }),
});

type Entry = z.infer<typeof entrySchema>;

const indexSchema = z.record(z.string(), entrySchema);

function toScenario(
  name: string,
  { bounds, meanServiceSeconds, kind, source, ...entry }: Entry,
  jobs: Scenario["jobs"],
): Scenario {
  return {
    ...entry,
    name,
    origin: source && (kind ? `${source}; ${kind}` : source),
    jobs,
    expectedServiceSeconds: meanServiceSeconds,
    bounds: {
      workHours: bounds.workHours,
      lowestTaskHours: bounds.lb95TaskHours ?? bounds.lb100TaskHours ?? undefined,
      clairvoyantInstanceHours: bounds.clairvoyantInstanceHours ?? undefined,
    },
  };
}
