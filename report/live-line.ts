import { cutToWidth } from "./text-width.ts";

/** The used part of an output such as `process.stdout`. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** A status line at the end of the output, redrawn in place. All other lines are printed above it. */
export interface LiveLine {
  /** Replaces the text of the live line. Does nothing if the output is not a terminal. */
  update(text: string): void;
  /** Prints whole lines above the live line. */
  print(text: string): void;
  /** Removes the live line. `print` still works. */
  close(): void;
}

/** On an output that is not a terminal, the result only prints. */
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

/** Moves to the start of the line and erases it: https://en.wikipedia.org/wiki/ANSI_escape_code#CSI */
const redraw = "\r\u001b[K";

/** Leaves the last column free, because some terminals wrap a full line. A terminal of unknown width may report 0 columns. */
function asOneLine(text: string, terminal: Terminal): string {
  return cutToWidth(text.replaceAll(/\s+/g, " "), (terminal.columns || 80) - 1);
}
