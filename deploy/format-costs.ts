import type { Config } from "../contract/config.ts";
import { busyLoad, type CostLine, costLines, costOf, idleLoad, totalOf } from "./cost-table.ts";

/** Formats the configuration's costs as a Markdown table: idle beside busy. */
export function formatCosts(config: Config): string {
  const [idle, busy] = [costLines(config, idleLoad(config)), costLines(config, busyLoad(config))];
  const rows = busy.map((line) => {
    const { item, unit, price } = line;
    const resting = formatLine(idle.find((each) => each.item === item));
    return `| ${item} | $${price.usd} / ${unit} | ${resting} | ${formatLine(line)} | ${price.source ?? "assumption to check"} |`;
  });
  return [
    "| line | price | idle, a month | busy, a month | price read at |",
    "|---|---|---|---|---|",
    ...rows,
    `| **all, at least** | | **$${totalOf(idle).toFixed(2)}** | **$${totalOf(busy).toFixed(2)}** | |`,
  ].join("\n");
}

function formatLine(line: CostLine | undefined): string {
  return line ? `${Number(line.quantity.toPrecision(4))} = $${costOf(line).toFixed(2)}` : "$0.00";
}

const variants: { name: string; change: Partial<Config> }[] = [
  { name: "as configured", change: {} },
  { name: "`minTasks: 0`", change: { minTasks: 0 } },
  { name: "`ticksPerMinute: 1`", change: { ticksPerMinute: 1 } },
  { name: "`scalingMode: step`", change: { scalingMode: "step" } },
  {
    name: "`scalingMode: fixed`, `minTasks: 10`, `maxTasks: 10`",
    change: { scalingMode: "fixed", minTasks: 10, maxTasks: 10 },
  },
  { name: "`tracing: false`", change: { tracing: false } },
  { name: "`egress: endpoints`", change: { egress: "endpoints", natPerZone: false } },
  { name: "`natPerZone: true`", change: { egress: "nat", natPerZone: true } },
  { name: "`compute: fargate`", change: { compute: "fargate" } },
  { name: "`compute: fargate-spot`", change: { compute: "fargate-spot" } },
  { name: "`encryption: customer-key`", change: { encryption: "customer-key" } },
];

/** Formats a month's cost with one key changed, as a Markdown table. */
export function formatVariants(config: Config): string {
  const rows = variants.map(({ name, change }) => {
    const changed = { ...config, ...change };
    const [idle, busy] = [idleLoad, busyLoad].map((load) => totalOf(costLines(changed, load(changed))).toFixed(2));
    return `| ${name} | $${idle} | $${busy} |`;
  });
  return ["| configuration | idle | busy |", "|---|---|---|", ...rows].join("\n");
}
