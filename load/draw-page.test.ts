import { describe, expect, it } from "vitest";
import { drawCharts } from "./charts.ts";
import { drawPage } from "./draw-page.ts";
import { playLoad } from "./testing/play-load.ts";

describe("the page of a load", () => {
  it("starts with the verdict and its reasons, and shows the percentiles of each time", async () => {
    const { record, summary, verdict } = await playLoad({
      waitMilliseconds: 2_000,
      runMilliseconds: 500,
      loseAnswer: (_call, index) => index === 2,
    });

    const html = drawPage("today", record, summary, verdict);

    expect(html).toContain('<div class="verdict bad"><p>Failed: 1 of 20 jobs (5 %) got no answer</p><ul><li>1 of 20');
    expect(html).toContain("<tr><th>time</th><th>p50</th><th>p90</th><th>p99</th><th>max</th></tr>");
    expect(html).toContain("<td>waited for the start</td><td>2.00 s</td>");
    expect(html).toContain("<td>ran</td><td>500 ms</td>");
  });

  it("draws planned, accepted and finished jobs per second", async () => {
    const { record } = await playLoad({ waitMilliseconds: 2_000, runMilliseconds: 500 });

    const charts = drawCharts(record);

    const line = (name: string) => charts.flatMap(({ series }) => series).find((series) => series.name === name);
    expect(line("planned")?.values.slice(0, 3)).toEqual([10, 10, 0]);
    expect(line("accepted")?.values.slice(0, 3)).toEqual([10, 20, 20]);
    expect(line("finished")?.values.at(-1)).toBe(20);
  });
});
