import type { ReplayResult } from "../replay/result.ts";
import type { Layer } from "../replay/scenario.ts";
import { type ListSummary, type PolicySummary, summarizeLists, summarizePolicies } from "../summarize.ts";

/** The figures of a collection's replays, by policy and circumstances. */
export interface Findings {
  /** One row for each list, in the collection's order. */
  lists(policy: string, circumstances?: Circumstances): readonly ListSummary[];
  overall(policy: string, circumstances?: Circumstances): PolicySummary;
}

export interface Circumstances {
  layer?: Layer;
  disturbance?: string;
  hasBackstop?: boolean;
  /** Only the first so many seeds. */
  seedsAtMost?: number;
}

export function collectFindings(results: readonly ReplayResult[]): Findings {
  const groups = Map.groupBy(results, ({ policy, layer, disturbances, hasBackstop }) =>
    key(policy, { layer, disturbance: disturbances[0], hasBackstop }),
  );
  const find = (policy: string, circumstances: Circumstances) => {
    const wanted = key(policy, circumstances);
    const found = groups.get(wanted);
    if (!found) throw new RangeError(`expected replays of ${[...groups.keys()].join(", ")}; came ${wanted}`);
    return found.filter(({ seed }) => seed <= (circumstances.seedsAtMost ?? Number.POSITIVE_INFINITY));
  };
  return {
    lists: (policy, circumstances = {}) => summarizeLists(find(policy, circumstances)),
    overall(policy, circumstances = {}) {
      const [summary] = summarizePolicies(find(policy, circumstances));
      if (!summary) throw new RangeError(`expected replays of ${policy}; came none`);
      return summary;
    },
  };
}

function key(
  policy: string,
  {
    layer = "aws",
    disturbance,
    hasBackstop = false,
  }: { [Name in keyof Circumstances]?: Circumstances[Name] | undefined },
): string {
  return [policy, layer, disturbance ?? "clean", hasBackstop ? "with backstop" : "alone"].join("/");
}
