import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { AppError, asError } from "../../runtime/errors.ts";
import { checkJobList, type JobList } from "./job-list.ts";

/**
 * Reads `arrival_seconds,service_seconds` rows from a .csv or .csv.gz file; a first line of titles may be there.
 * @throws AppError `job-list` for a file that cannot be read or is no job list
 */
export async function readJobs(path: string): Promise<JobList> {
  try {
    const bytes = await readFile(path);
    return parseJobs((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  } catch (error) {
    throw new AppError("job-list", `${path} is no job list: ${asError(error).message}`, { cause: error });
  }
}

/** The same from text. */
export function parseJobs(text: string): JobList {
  const lines = text.split("\n");
  const first = lines[0]?.startsWith("arrival_seconds") ? 1 : 0;
  const arrivals: number[] = [];
  const services: number[] = [];
  for (let index = first; index < lines.length; index += 1) {
    const line = lines[index]?.trim() ?? "";
    if (line === "") continue;
    const [arrival, service, ...rest] = line
      .split(",")
      .map((field) => (field.trim() === "" ? Number.NaN : Number(field)));
    if (arrival === undefined || service === undefined || rest.length > 0) {
      throw new AppError("job-list", `expected "arrival,service" in line ${index + 1}; came "${line}"`);
    }
    arrivals.push(arrival);
    services.push(service);
  }
  return checkJobList({ arrivalSeconds: Float64Array.from(arrivals), serviceSeconds: Float64Array.from(services) });
}
