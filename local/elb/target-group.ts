import { EventEmitter } from "node:events";
import { Agent, request } from "node:http";
import { type Clock, sleep } from "../../runtime/clock.ts";
import { waitAtMost } from "../../runtime/deadline.ts";

export type TargetState = "initial" | "healthy" | "unhealthy" | "draining";

/** A snapshot of a target. */
export interface TargetView {
  id: string;
  state: TargetState;
  /** Requests that the load balancer has sent to it. */
  requests: number;
}

export interface HealthCheck {
  path: string;
  intervalMilliseconds: number;
  timeoutMilliseconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
}

export interface TargetGroupOptions {
  clock: Clock;
  healthCheck: HealthCheck;
  deregistrationMilliseconds: number;
}

/** A registered target, as the load balancer uses it. */
export interface Target {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
  /** Counts a request; call the returned function when it has ended. */
  begin(): () => void;
}

/**
 * Targets with health checks.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export class TargetGroup {
  /** Emits a target after its state has changed, and after each check. */
  readonly events = new EventEmitter<{ state: [TargetView]; checked: [TargetView] }>();
  readonly #options: TargetGroupOptions;
  readonly #targets = new Map<string, RegisteredTarget>();
  #turn = 0;

  constructor(options: TargetGroupOptions) {
    this.#options = options;
  }

  register(id: string, host: string, port: number): void {
    const emit = (event: "state" | "checked") => this.events.emit(event, target.view());
    const target = new RegisteredTarget(id, host, port, this.#options, emit);
    this.#targets.set(id, target);
    void target.checkHealth();
  }

  /** Sends the target no more requests. Resolves when its open ones have ended, at the latest after the deregistration delay. */
  async deregister(id: string): Promise<void> {
    const target = this.#targets.get(id);
    if (!target) return;
    await target.drain(this.#options.deregistrationMilliseconds);
    this.remove(id);
  }

  /** Removes a target that is gone. */
  remove(id: string): void {
    this.#targets.get(id)?.close();
    this.#targets.delete(id);
  }

  targets(): TargetView[] {
    return [...this.#targets.values()].map((target) => target.view());
  }

  /** The next target by round robin. While no target is healthy, all of them get requests. */
  next(): Target | undefined {
    const all = [...this.#targets.values()].filter(({ state }) => state !== "draining");
    const healthy = all.filter(({ state }) => state === "healthy");
    const candidates = healthy.length > 0 ? healthy : all;
    this.#turn += 1;
    return candidates[this.#turn % candidates.length];
  }

  close(): void {
    for (const id of [...this.#targets.keys()]) this.remove(id);
  }
}

class RegisteredTarget implements Target {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly agent = new Agent({ keepAlive: true });
  state: TargetState = "initial";
  readonly #options: TargetGroupOptions;
  readonly #emit: (event: "state" | "checked") => void;
  readonly #closed = new AbortController();
  #open = 0;
  #requests = 0;
  /** Checks of the same outcome in a row. */
  #passed = 0;
  #failed = 0;
  #onIdle = () => {};

  constructor(
    id: string,
    host: string,
    port: number,
    options: TargetGroupOptions,
    emit: (event: "state" | "checked") => void,
  ) {
    this.id = id;
    this.host = host;
    this.port = port;
    this.#options = options;
    this.#emit = emit;
  }

  view(): TargetView {
    return { id: this.id, state: this.state, requests: this.#requests };
  }

  begin(): () => void {
    this.#requests += 1;
    this.#open += 1;
    return () => {
      this.#open -= 1;
      if (this.#open === 0) this.#onIdle();
    };
  }

  async drain(mostMilliseconds: number): Promise<void> {
    this.#become("draining");
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (this.#open === 0) resolve();
    });
    await waitAtMost(this.#options.clock, mostMilliseconds, idle);
  }

  close(): void {
    this.#closed.abort();
    this.agent.destroy();
  }

  /** Checks at intervals until the target drains or is removed. */
  async checkHealth(): Promise<void> {
    const { clock, healthCheck } = this.#options;
    while (!this.#isLeaving()) {
      const isPassed = await this.#check();
      if (this.#isLeaving()) return;
      this.#count(isPassed);
      this.#emit("checked");
      await sleep(clock, healthCheck.intervalMilliseconds, this.#closed.signal);
    }
  }

  #isLeaving(): boolean {
    return this.#closed.signal.aborted || this.state === "draining";
  }

  /** A new target is healthy after its first passed check. */
  #count(isPassed: boolean): void {
    const { healthyThreshold, unhealthyThreshold } = this.#options.healthCheck;
    this.#passed = isPassed ? this.#passed + 1 : 0;
    this.#failed = isPassed ? 0 : this.#failed + 1;
    if (this.#passed >= (this.state === "initial" ? 1 : healthyThreshold)) this.#become("healthy");
    if (this.#failed >= unhealthyThreshold) this.#become("unhealthy");
  }

  #check(): Promise<boolean> {
    const { clock, healthCheck } = this.#options;
    return new Promise((resolve) => {
      const { host, port } = this;
      const check = request({ host, port, path: healthCheck.path, agent: false, signal: this.#closed.signal });
      const cancel = clock.after(healthCheck.timeoutMilliseconds, () => check.destroy());
      const finish = (isPassed: boolean) => {
        cancel();
        resolve(isPassed);
      };
      check.on("response", (response) => {
        response.resume();
        finish(response.statusCode === 200);
      });
      check.on("error", () => finish(false));
      check.on("close", () => finish(false));
      check.end();
    });
  }

  #become(state: TargetState): void {
    if (this.state === state) return;
    this.state = state;
    this.#emit("state");
  }
}
