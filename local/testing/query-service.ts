import type { QueryReply } from "../../contract/query.ts";
import { sleep, systemClock } from "../../runtime/clock.ts";
import type { Service } from "../ecs/service.ts";
import type { TargetGroup, TargetView } from "../elb/target-group.ts";
import type { Journey } from "./journey.ts";

/** The query service of a stack with `queryService`. */
export interface QueryService {
  url: string;
  service: Service;
  targets: TargetGroup;
  ask(request: object): Promise<{ status: number; retryAfter: string | null; body: QueryReply }>;
  /** Resolves when the target group's targets are as the test wants them. */
  until(isSo: (targets: TargetView[]) => boolean): Promise<void>;
}

export function queryServiceOf({ stack }: Journey): QueryService {
  const { services, targetGroups } = stack.cloud;
  const service = [...services.values()].find(({ isBehindLoadBalancer }) => isBehindLoadBalancer);
  const [targets] = targetGroups.values();
  const url = stack.outputs.queryUrl;
  if (!service || !targets || !url) throw new Error("the stack has no query service");
  return {
    url,
    service,
    targets,
    async ask(request) {
      const response = await fetch(`${url}/query/user`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
      });
      const body = (await response.json()) as QueryReply;
      return { status: response.status, retryAfter: response.headers.get("retry-after"), body };
    },
    async until(isSo) {
      while (!isSo(targets.targets())) await sleep(systemClock, 20);
    },
  };
}

export function areHealthy(count: number): (targets: TargetView[]) => boolean {
  return (targets) => targets.length === count && targets.every(({ state }) => state === "healthy");
}

/** Sends queries, at most 50 a second and four at once, until `work` has ended. Returns how many got each status. */
export async function askDuring(query: QueryService, work: () => Promise<void>): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  let isOver = false;
  const askOn = async () => {
    while (!isOver) {
      const { status } = await query.ask({ user_id: "anonymous", limit: 1 }).catch(() => ({ status: "no answer" }));
      statuses[status] = (statuses[status] ?? 0) + 1;
      await sleep(systemClock, 80);
    }
  };
  const asking = Promise.all(Array.from({ length: 4 }, askOn));
  await work().finally(() => {
    isOver = true;
  });
  await asking;
  return statuses;
}
