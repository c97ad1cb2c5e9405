import type { Gateway } from "../../local/gateway/gateway.ts";

/** Counts the calls of the AWS APIs from now on. Idle calls, such as empty receives and reports of workers, are counted too. */
export function countCalls(gateway: Gateway) {
  const counts = new Map<string, number>();
  for (const [service, emulator] of gateway.emulators) {
    if (service !== "sqs" && service !== "dynamodb") continue;
    gateway.emulators.set(service, (call, http) => {
      const table = (call.input as { TableName?: string }).TableName;
      const name = table === undefined ? call.action : `${table} ${call.action}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return emulator(call, http);
    });
  }
  return {
    /** Calls divided by the number of jobs; those of the jobs table begin with "jobs". */
    perJob(jobs: number, jobsTableName: string): Map<string, number> {
      const named = [...counts].map(([name, count]) => [name.replace(jobsTableName, "jobs"), count / jobs] as const);
      return new Map(named);
    },
  };
}
