import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { AppError, asError } from "../runtime/errors.ts";

/** Jobs in the order of arrival: when each comes, from the start of the list, and how long it runs. */
export interface JobList {
  arrivalSeconds: Float64Array;
  serviceSeconds: Float64Array;
}

const columns = ["arrival_seconds", "service_seconds"] as const;

/**
 * Reads a list of jobs, `.csv` or `.csv.gz`: two columns of seconds, arrival and service time, under their names or without a
 * header. It may come from a spreadsheet: comma, semicolon or tab, quotes, a byte order mark, CRLF.
 * @throws AppError `job-list` with file, line and column of what is wrong
 */
export async function readJobList(file: string): Promise<JobList> {
  const rows = await readRows(file, columns, false);
  for (const { line, cells } of rows) {
    if (cells.length === columns.length) continue;
    const came = `${cells.length}, "${cells.join('", "')}"`;
    throw wrong(file, { line }, `${columns.length} columns, numbers with a decimal point`, came);
  }
  return {
    arrivalSeconds: readArrivalColumn(file, rows),
    serviceSeconds: Float64Array.from(rows, (row) => readSeconds(file, row, 1)),
  };
}

/**
 * Reads moments of arrival from the first column of such a file; other columns are ignored.
 * @throws AppError `job-list` with file, line and column of what is wrong
 */
export async function readArrivals(file: string): Promise<Float64Array> {
  return readArrivalColumn(file, await readRows(file, columns.slice(0, 1), true));
}

interface Row {
  line: number;
  cells: readonly string[];
}

/** The rows below the header, if there is one; at least one. */
async function readRows(file: string, header: readonly string[], mayHaveMore: boolean): Promise<Row[]> {
  const rows = parseRows(file, await readBytes(file));
  const [first] = rows;
  if (first && !startsWithNumber(first)) {
    rows.shift();
    const names = mayHaveMore ? first.cells.slice(0, header.length) : first.cells;
    if (names.join() !== header.join()) {
      throw wrong(file, first, `the header ${columns.join()} or a number of seconds`, `"${first.cells.join()}"`);
    }
  }
  if (rows.length === 0) throw new AppError("job-list", `${file}: expected at least one job; came none`);
  return rows;
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    const bytes = await readFile(file);
    return file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  } catch (error) {
    throw new AppError("job-list", `Expected to read ${file}: ${asError(error).message}`, { cause: error });
  }
}

function parseRows(file: string, bytes: Buffer): Row[] {
  try {
    const options = { bom: true, delimiter: [",", ";", "\t"], relax_column_count: true, skip_empty_lines: true };
    // The library's types do not tell what `info` makes of a record.
    const parsed: unknown[] = parse(bytes, { ...options, info: true, trim: true });
    return (parsed as { info: { lines: number }; record: string[] }[]).map(({ info, record }) => {
      return { line: info.lines, cells: record };
    });
  } catch (error) {
    throw new AppError("job-list", `${file}: expected CSV; ${asError(error).message}`, { cause: error });
  }
}

function startsWithNumber({ cells: [first = ""] }: Row): boolean {
  return /^[-+.\d]/.test(first);
}

function readArrivalColumn(file: string, rows: readonly Row[]): Float64Array {
  let previous = 0;
  return Float64Array.from(rows, (row) => {
    const seconds = readSeconds(file, row, 0);
    if (seconds < previous) {
      throw wrong(file, { ...row, column: columns[0] }, `${previous} or later, as jobs are in order`, `${seconds}`);
    }
    previous = seconds;
    return seconds;
  });
}

function readSeconds(file: string, { line, cells }: Row, index: 0 | 1): number {
  const text = cells[index] ?? "";
  const seconds = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(seconds)) return seconds;
  throw wrong(file, { line, column: columns[index] }, "a number of seconds from 0", `"${text.slice(0, 80)}"`);
}

function wrong(
  file: string,
  { line, column }: { line: number; column?: string },
  expected: string,
  came: string,
): AppError {
  const place = `${file}, line ${line}${column === undefined ? "" : `, column ${column}`}`;
  return new AppError("job-list", `${place}: expected ${expected}; came ${came}`, { details: { file, line } });
}
