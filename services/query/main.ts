import { sigV4Signer } from "../../client/sig-v4-signer.ts";
import { queryEnvironment } from "../../contract/environment.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { createLog } from "../../runtime/log.ts";
import { askPrivateApi } from "./ask-private-api.ts";
import { watchHealth } from "./health.ts";
import { serveQueries } from "./serve-queries.ts";

const environment = readEnvironment(queryEnvironment, process.env);
const log = createLog("query");
const clock = systemClock;

const ask = askPrivateApi({
  url: environment.QUERY_API_URL,
  sign: sigV4Signer({ region: environment.AWS_REGION, clock }),
  send: fetch,
  clock,
  log,
});
const server = await serveQueries({
  health: watchHealth(ask, clock),
  clock,
  log,
  host: environment.HOST,
  port: environment.PORT,
});
log.info({ port: server.port }, "listening");

await new Promise<void>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve());
});
log.info("stopping");
await server.stop();
log.info("stopped");
process.exit(0);
