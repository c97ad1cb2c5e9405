import { describe, expect, it } from "vitest";
import { createLiveLine } from "./live-line.ts";

function fakeTerminal(changes: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { isTTY: true, columns: 40, ...changes, write: (text: string) => written.push(text), written };
}

const redraw = "\r\u001b[K";

describe("a live line on a terminal", () => {
  it("is redrawn in place", () => {
    const terminal = fakeTerminal();
    const line = createLiveLine(terminal);

    line.update("1 of 2");
    line.update("2 of 2");

    expect(terminal.written).toEqual([`${redraw}1 of 2`, `${redraw}2 of 2`]);
  });

  it("is not redrawn while its text stays the same", () => {
    const terminal = fakeTerminal();
    const line = createLiveLine(terminal);

    line.update("1 of 2");
    line.update("1 of 2");

    expect(terminal.written).toHaveLength(1);
  });

  it("fits 80 columns when the terminal does not know its width", () => {
    const terminal = fakeTerminal({ columns: 0 });

    createLiveLine(terminal).update("x".repeat(100));

    expect(terminal.written[0]).toHaveLength(redraw.length + 79);
  });

  it("stays below printed lines", () => {
    const terminal = fakeTerminal();
    const line = createLiveLine(terminal);
    line.update("status");

    line.print("a log line");

    expect(terminal.written.at(-1)).toBe(`${redraw}a log line\nstatus`);
  });

  it("never fills the last column or a second line", () => {
    const terminal = fakeTerminal({ columns: 10 });

    createLiveLine(terminal).update("one\ntwo three four");

    expect(terminal.written).toEqual([`${redraw}one two …`]);
  });

  it("disappears when closed, and printing still works", () => {
    const terminal = fakeTerminal();
    const line = createLiveLine(terminal);
    line.update("status");

    line.close();
    line.print("the end");

    expect(terminal.written.slice(1)).toEqual([redraw, `${redraw}the end\n`]);
  });
});

describe("a live line on another output", () => {
  it("is not shown, and lines are printed as they are", () => {
    const terminal = fakeTerminal({ isTTY: false });
    const line = createLiveLine(terminal);

    line.update("status");
    line.print("a log line");
    line.close();

    expect(terminal.written).toEqual(["a log line\n"]);
  });
});
