import { randomUUID } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { submitJob } from "../../jobs/submit-job.ts";
import { createMemoryStore } from "../../jobs/testing/memory-store.ts";
import { payloadSchemasOf } from "../../jobs/types/schemas.ts";
import { noWaitingLimit } from "../../owners/waiting-gate.ts";
import { apiHandler } from "../http/api-handler.ts";
import { submit } from "../submit/submit.ts";
import { apiEvent } from "./api-request.ts";

/*
 * Submits the file named by the argument as a payload, and prints the status of the answer and the peak of resident memory in MiB.
 */
const [file = ""] = process.argv.slice(2);
const { size: bytes } = statSync(file);
const jobDeps = {
  store: createMemoryStore({ clock: systemClock, retentionDays: 1 }),
  artifacts: { keepPayload: async () => ({ objectKey: randomUUID() }) },
  clock: systemClock,
  maxAttempts: 1,
};
const handler = apiHandler(silentLog, (request) =>
  submit(request, {
    submitJob: async (job, sendMessage) => (await submitJob({ ...jobDeps, sendMessage }, job)).isNew,
    sendMessage: async () => {},
    sendMessages: async (messages) => messages.map(() => undefined),
    isKnown: async () => false,
    openPlaces: noWaitingLimit,
    keepUpload: async () => false,
    payloadSchemas: payloadSchemasOf({ testControls: false }),
    openUpload: async () => ({ body: createReadStream(file), bytes }),
    isOrdered: false,
    most: { maxAttempts: 5, timeoutSeconds: 3_600, replyNames: [] },
    now: () => 1_000_000,
    retentionDays: 7,
    payloadDocumentBytes: bytes,
  }),
);
const { statusCode } = await handler(apiEvent("POST /jobs", { body: { payloadKey: "key" } }));
console.log(JSON.stringify({ statusCode, peakMegabytes: Math.ceil(process.resourceUsage().maxRSS / 1024) }));
