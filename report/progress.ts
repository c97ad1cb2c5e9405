import { clamp } from "../runtime/arithmetic.ts";

/** Formats progress: "counted [#####-----] 50%  12 of 24". */
export function formatProgress(label: string, done: number, total: number): string {
  if (total <= 0) return `${label} ${done}`;
  const share = clamp(done / total, 0, 1);
  const filled = Math.floor(share * barWidth);
  const bar = "#".repeat(filled) + "-".repeat(barWidth - filled);
  // Rounded down, so that 100 % means all.
  return `${label} [${bar}] ${Math.floor(share * 100)}%  ${done} of ${total}`;
}

const barWidth = 20;
