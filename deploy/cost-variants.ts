import type { Config } from "../contract/config.ts";
import { busyLoad, costLines, idleLoad, totalOf } from "./cost-table.ts";

const variants: { name: string; change: Partial<Config> }[] = [
  { name: "as configured", change: {} },
  { name: "`minTasks: 0`", change: { minTasks: 0 } },
  { name: "`ticksPerMinute: 1`", change: { ticksPerMinute: 1 } },
  { name: "`tracing: false`", change: { tracing: false } },
  { name: "`egress: endpoints`", change: { egress: "endpoints", natPerZone: false } },
  { name: "`natPerZone: true`", change: { egress: "nat", natPerZone: true } },
  { name: "`encryption: customer-key`", change: { encryption: "customer-key" } },
];

/** What a month would cost with one key changed, as a Markdown table. */
export function formatVariants(config: Config): string {
  const rows = variants.map(({ name, change }) => {
    const changed = { ...config, ...change };
    const [idle, busy] = [idleLoad, busyLoad].map((load) => totalOf(costLines(changed, load(changed))).toFixed(2));
    return `| ${name} | $${idle} | $${busy} |`;
  });
  return ["| configuration | idle | busy |", "|---|---|---|", ...rows].join("\n");
}
