import type { Config } from "../../contract/config.ts";
import type { Verdict } from "../verdict.ts";

/**
 * Writes a second of a new on-demand table, and of each of its indexes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
 */
const newTableWrites = 4_000;

/** A request for one job writes its record once, and with it each index once. A table that has had more traffic takes more. */
export function judgeTableWrites({ apiRequestsPerSecond, apiBurst }: Config): Verdict {
  const check = "jobs table";
  const most = apiRequestsPerSecond + apiBurst;
  const found = `the API lets in ${most} jobs in a second, a new table takes ${newTableWrites}`;
  if (most <= newTableWrites) return { check, status: "ok", found };
  return {
    check,
    status: "warning",
    found,
    advice:
      "Until its traffic has grown, DynamoDB throttles the rest and those requests are refused. docs/deploy.md says how to pre-warm the table.",
  };
}
