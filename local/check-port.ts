import { once } from "node:events";
import { readdir, readFile, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { AppError } from "../runtime/errors.ts";

/**
 * Checks that the API's port is free, before anything starts.
 * @throws AppError `port-taken`, which names the process on the port if it can be found
 */
export async function checkPort(port: number): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const found = code === "EADDRINUSE" ? `it is in use${await describeListener(port)}` : message;
    throw new AppError(
      "port-taken",
      `Expected port ${port} of 127.0.0.1 to be free for the API; ${found}. Use another with npm start -- --port N, or any free one with --port 0.`,
      { cause: error },
    );
  }
  server.close();
  await once(server, "close");
}

/**
 * Describes the process that listens on the port, from Linux's /proc. Empty on other systems and for other users'
 * processes.
 */
async function describeListener(port: number): Promise<string> {
  const inode = findInode(await read("/proc/net/tcp"), port) ?? findInode(await read("/proc/net/tcp6"), port);
  if (inode === undefined) return "";
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of processes) {
    if (!(await hasSocket(pid, inode))) continue;
    const command = (await read(`/proc/${pid}/cmdline`)).replaceAll("\0", " ").trim();
    return ` by process ${pid}, ${command.slice(0, 120)}`;
  }
  return "";
}

/** Columns as in proc_pid_net(5): the local address, the state (0A is LISTEN) and the inode. */
function findInode(table: string, port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const columns = table.split("\n").map((line) => line.trim().split(/\s+/));
  return columns.find((column) => column[1]?.endsWith(suffix) && column[3] === "0A")?.[9];
}

async function hasSocket(pid: string, inode: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  // The process belongs to another user or has ended.
  const names = await readdir(folder).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  return targets.includes(`socket:[${inode}]`);
}

/** Returns an empty text if the file does not exist: on other systems, or when the process has ended. */
function read(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
