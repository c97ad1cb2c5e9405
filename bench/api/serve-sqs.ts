/** A process with SQS's emulator, without the gateway's checks. Sends its endpoint to the parent. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Sqs } from "../../local/sqs/sqs.ts";
import { systemClock } from "../../runtime/clock.ts";

const server = createServer((request, response) => {
  void answer(request).then(
    (body) => response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(body),
    (error: Error) => response.writeHead(400).end(JSON.stringify({ __type: error.name, message: error.message })),
  );
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const sqs = new Sqs({ clock: systemClock, region: "eu-central-1", accountId: "000000000000", endpoint });
process.on("disconnect", () => process.exit());
process.send?.(endpoint);

async function answer(request: IncomingMessage): Promise<string> {
  const chunks = await request.toArray();
  const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
  const input: unknown = JSON.parse(Buffer.concat(chunks).toString());
  return JSON.stringify(await sqs.handle(action, input, new AbortController().signal));
}
