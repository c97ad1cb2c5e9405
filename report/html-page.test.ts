import { describe, expect, it } from "vitest";
import { formatHtmlPage, type HtmlPage } from "./html-page.ts";

const page: HtmlPage = {
  title: "Load <test>",
  about: "1 < 2 & 3",
  verdict: { kind: "bad", headline: "Failed: <b>", findings: ['one "lost"'] },
  figures: [{ name: "Accepted", value: "3", note: "of 4 & more" }],
  tables: [
    {
      titles: ["name", "value"],
      rows: [
        ["tasks", 3_000],
        ["unknown", undefined],
      ],
    },
  ],
  charts: [
    { title: "</script><b>", unit: "jobs", seconds: [0, 1], series: [{ name: "</script>", values: [1, undefined] }] },
  ],
  notes: ["seen from outside"],
};

describe("a page", () => {
  it("is self-contained", () => {
    const html = formatHtmlPage(page);

    expect(html).not.toMatch(/(src|href)=|@import|url\(/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain("uPlot=function");
  });

  it("shows texts as they are, and unknown values as a dash", () => {
    const html = formatHtmlPage(page);

    expect(html).toContain("<h1>Load &lt;test&gt;</h1>");
    expect(html).toContain(">1 &lt; 2 &amp; 3</p>");
    expect(html).toContain(
      '<div class="verdict bad"><p>Failed: &lt;b&gt;</p><ul><li>one &quot;lost&quot;</li></ul></div>',
    );
    expect(html).toContain("of 4 &amp; more");
    expect(html).toContain("<tr><td>tasks</td><td>3,000</td></tr>");
    expect(html).toContain("<tr><td>unknown</td><td>-</td></tr>");
  });

  it("has no list of findings without findings", () => {
    const html = formatHtmlPage({ ...page, verdict: { kind: "good", headline: "Passed", findings: [] } });

    expect(html).toContain('<div class="verdict good"><p>Passed</p></div>');
  });

  it("contains the charts' data as JSON, whose texts cannot end the script", () => {
    const html = formatHtmlPage(page);

    const data = /^const charts = (.*);$/m.exec(html)?.[1] ?? "";
    expect(JSON.parse(data)).toEqual([
      {
        unit: "jobs",
        isStepped: false,
        names: ["</script>"],
        data: [
          [0, 1],
          [1, null],
        ],
      },
    ]);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });
});
