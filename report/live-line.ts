import { cutToWidth } from "./text-width.ts";

/** What a live line needs of an output such as `process.stdout`. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** One line at the foot of the output that is redrawn in place; everything else is printed above it. */
export interface LiveLine {
  /** Shows this text in the line from now on; does nothing where the output is no terminal. */
  update(text: string): void;
  /** Prints whole lines, above the live one. */
  print(text: string): void;
  /** Takes the live line away; printing goes on working. */
  close(): void;
}

/** A live line on a terminal; on any other output a printer of lines. */
export function createLiveLine(terminal: Terminal): LiveLine {
  if (!terminal.isTTY) {
    return { update() {}, print: (text) => void terminal.write(`${text}\n`), close() {} };
  }
  let shown = "";
  return {
    update(text) {
      const line = asOneLine(text, terminal);
      if (line === shown) return;
      shown = line;
      terminal.write(redraw + shown);
    },
    print(text) {
      terminal.write(`${redraw}${text}\n${shown}`);
    },
    close() {
      if (shown !== "") terminal.write(redraw);
      shown = "";
    },
  };
}

/** To the line's beginning, and away with what stood there: https://en.wikipedia.org/wiki/ANSI_escape_code#CSI */
const redraw = "\r\u001b[K";

/** A full line would make some terminals wrap, and a wrapped line cannot be redrawn. Some say 0 when they do not know their width. */
function asOneLine(text: string, terminal: Terminal): string {
  return cutToWidth(text.replaceAll(/\s+/g, " "), (terminal.columns || 80) - 1);
}
