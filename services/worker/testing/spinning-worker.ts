import { startPool } from "./start-pool.ts";

/*
 * A worker whose handler spins, with a process that the handler has started. The argument is the port that both connect to.
 */
const pool = startPool();
pool.start({
  owner: "alice",
  jobId: "spinning",
  type: "connectAndSpin",
  attempt: 1,
  fence: 1,
  payload: { json: process.argv[2] ?? "" },
  folder: pool.folder(),
});
