import { describe, expect, it } from "vitest";
import { formatHtmlPage, type HtmlPage } from "./html-page.ts";

const page: HtmlPage = {
  title: "Load <test>",
  paragraphs: ["1 < 2 & 3"],
  tables: [
    {
      titles: ["name", "value"],
      rows: [
        ["tasks", 3],
        ["unknown", undefined],
      ],
    },
  ],
  charts: [{ title: "</script><b>", seconds: [0, 1], series: [{ name: "tasks", values: [1, undefined] }] }],
};

describe("a page", () => {
  it("needs nothing from elsewhere", () => {
    const html = formatHtmlPage(page);

    expect(html).not.toMatch(/(src|href)=/);
    expect(html).toContain("uPlot=function");
  });

  it("shows texts as they are, and unknown values as a dash", () => {
    const html = formatHtmlPage(page);

    expect(html).toContain("<h1>Load &lt;test&gt;</h1>");
    expect(html).toContain("<p>1 &lt; 2 &amp; 3</p>");
    expect(html).toContain("<tr><td>unknown</td><td>-</td></tr>");
  });

  it("carries the charts' data as JSON that no text in it can end", () => {
    const html = formatHtmlPage(page);

    const data = /^const charts = (.*);$/m.exec(html)?.[1] ?? "";
    expect(JSON.parse(data)).toEqual([
      {
        title: "</script><b>",
        names: ["tasks"],
        data: [
          [0, 1],
          [1, null],
        ],
      },
    ]);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });
});
