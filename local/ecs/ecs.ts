import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import type { Processes } from "../processes/processes.ts";
import { handleEcs } from "./api.ts";
import { EcsCluster } from "./cluster.ts";

export interface EcsOptions {
  region: string;
  accountId: string;
  clock: Clock;
  processes: Pick<Processes, "spawn">;
  speed: number;
  onEvent(source: string, message: string): void;
}

/** The account's ECS: its clusters and the emulated part of its API. */
export class Ecs {
  /** By name. */
  readonly clusters = new Map<string, EcsCluster>();
  readonly #options: EcsOptions;

  constructor(options: EcsOptions) {
    this.#options = options;
  }

  createCluster(name: string, hasContainerInsights: boolean): EcsCluster {
    const { region, accountId, ...rest } = this.#options;
    const cluster = new EcsCluster({ ...rest, place: { name, region, accountId }, hasContainerInsights });
    this.clusters.set(name, cluster);
    return cluster;
  }

  /** Finds a cluster by name or ARN. */
  cluster(nameOrArn: string): EcsCluster {
    const cluster = this.clusters.get(nameOrArn.split("/").at(-1) ?? "");
    if (!cluster) throw new AppError("no-such-cluster", `expected a cluster's name or ARN; came "${nameOrArn}"`);
    return cluster;
  }

  /**
   * Answers an API call.
   * @throws AwsError as AWS would answer
   */
  handle(action: string, input: unknown): object {
    return handleEcs([...this.clusters.values()], action, input);
  }

  /** Ends all tasks of all clusters. */
  async close(): Promise<void> {
    await Promise.all([...this.clusters.values()].map((cluster) => cluster.stop()));
  }
}
