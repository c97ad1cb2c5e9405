import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../runtime/clock.ts";
import { isOwnHost, misdirected } from "../http-api/own-host.ts";
import type { Target, TargetGroup } from "./target-group.ts";

export interface LoadBalancerOptions {
  clock: Clock;
  /** Longest time from a request to the end of its answer. On AWS it counts from the latest byte. */
  idleMilliseconds: number;
}

/** An application load balancer with one HTTP listener, on a port of its own. */
export class LoadBalancer {
  readonly #options: LoadBalancerOptions;
  readonly #server: Server;
  /** Set by the listener. */
  targetGroup: TargetGroup | undefined;

  constructor(options: LoadBalancerOptions) {
    this.#options = options;
    this.#server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Host and port, in place of a DNS name. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (!isOwnHost(incoming.headers.host)) {
      refuse(outgoing, 421, misdirected(incoming.headers.host));
      return;
    }
    const target = this.targetGroup?.next();
    if (target) this.#passOn(incoming, outgoing, target);
    else refuse(outgoing, 503, "Service Temporarily Unavailable");
  }

  #passOn(incoming: IncomingMessage, outgoing: ServerResponse, target: Target): void {
    const { clock, idleMilliseconds } = this.#options;
    const end = target.begin();
    const { host, port, agent } = target;
    const { method, url, headers } = incoming;
    const passed = { ...endToEnd(headers), "x-forwarded-for": incoming.socket.remoteAddress ?? "" };
    const call = request({ host, port, agent, method, path: url, headers: passed });
    let isLate = false;
    const cancel = clock.after(idleMilliseconds, () => {
      isLate = true;
      call.destroy();
    });
    call.on("response", (response) => {
      outgoing.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
      response.pipe(outgoing);
      response.on("error", () => outgoing.destroy());
    });
    call.on("error", () => {
      if (outgoing.headersSent) outgoing.destroy();
      else refuse(outgoing, isLate ? 504 : 502, isLate ? "Gateway Time-out" : "Bad Gateway");
    });
    call.on("close", () => {
      cancel();
      end();
    });
    // When the client disconnects, its request to the target ends too.
    outgoing.on("close", () => call.destroy());
    incoming.pipe(call);
  }
}

/** The headers without those that concern one connection only. */
function endToEnd({ connection: _, "keep-alive": __, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers;
}

function refuse(outgoing: ServerResponse, status: number, message: string): void {
  outgoing.writeHead(status, { "content-type": "text/plain" });
  outgoing.end(`${status} ${message}\n`);
}
