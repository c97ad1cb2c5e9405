import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../runtime/clock.ts";
import type { Room, Size } from "../simulator/model/capacity/instance.ts";
import { handleAutoScaling } from "./application-autoscaling/api.ts";
import { ApplicationAutoScaling } from "./application-autoscaling/application-auto-scaling.ts";
import { CloudWatch } from "./cloudwatch/cloud-watch.ts";
import { readEmbeddedMetrics } from "./cloudwatch/embedded-metrics.ts";
import { publishQueueMetrics, publishServiceMetrics } from "./cloudwatch/publish-metrics.ts";
import { ec2AutoScalingNamespace, handleEc2AutoScaling } from "./ec2-auto-scaling/api.ts";
import type { CapacityDefinition } from "./ecs/capacity.ts";
import { Ecs } from "./ecs/ecs.ts";
import type { Service } from "./ecs/service.ts";
import type { LoadBalancer } from "./elb/load-balancer.ts";
import type { TargetGroup } from "./elb/target-group.ts";
import { FastClock } from "./fast-clock.ts";
import type { DeliveryStream } from "./firehose/delivery-stream.ts";
import { arnOf, type Place } from "./gateway/account.ts";
import { Credentials } from "./gateway/credentials.ts";
import { type DynamoDb, startDynamoDb } from "./gateway/dynamodb.ts";
import { Gateway, jsonEmulator } from "./gateway/gateway.ts";
import { queryEmulator } from "./gateway/query-protocol.ts";
import type { ResourcePolicy } from "./gateway/resource-policy.ts";
import { type S3, startS3 } from "./gateway/s3.ts";
import { type Role, rootArn, serveApis, viewAccount } from "./gateway/serve-apis.ts";
import type { HttpApi } from "./http-api/http-api.ts";
import type { IssuerKeys } from "./http-api/token/issuer-keys.ts";
import type { RunningFunction } from "./lambda/function.ts";
import type { Processes } from "./processes/processes.ts";
import type { AutoScalingGroupDefinition } from "./resources/capacity-provider.ts";
import { createSigner, signingKeyPath } from "./sns/signer.ts";
import { Sns, snsNamespace } from "./sns/sns.ts";
import { Sqs } from "./sqs/sqs.ts";
import { Xray } from "./xray/xray.ts";

export interface CloudOptions {
  place: Place;
  clock: Clock;
  processes: Processes;
  /** Folder for functions, images and logs; removed with the cloud. */
  directory: string;
  /** Port of the first HTTP API; 0 picks a free one. */
  apiPort: number;
  /** The factor by which AWS's own delays are shortened. */
  speed: number;
  /** Receives the output of functions and tasks, and the cloud's own events. */
  onLine(source: string, line: string): void;
}

export interface TaskDefinition {
  family: string;
  revision: number;
  command: string[];
  directory: string;
  variables: Record<string, string>;
  stopTimeoutSeconds: number;
  size: Size;
  roleArn: string;
  /** The container listens on a port of an address of its own. */
  hasOwnAddress: boolean;
}

/** A rule of the default event bus. */
interface EventRule {
  arn: string;
  pattern: Readonly<Record<string, unknown>>;
  targetArns: string[];
}

/** A REST API. It serves its methods once it has a stage. */
export interface RestApi {
  api: HttpApi;
  /** Path by resource id. */
  paths: Map<string, string>;
  /** Functions by method and path, such as `POST /query`. */
  methods: Map<string, string>;
}

/** The laptop's counterpart of an AWS account. Resource handlers create resources in it. */
export class Cloud {
  readonly options: CloudOptions;
  readonly place: Place;
  readonly credentials: Credentials;
  readonly gateway: Gateway;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly snsSigner = createSigner();
  readonly s3: S3;
  readonly xray = new Xray();
  readonly cloudWatch: CloudWatch;
  readonly scaling: ApplicationAutoScaling;
  readonly ecs: Ecs;
  /** A client with the rights of the account itself, for creating tables. */
  readonly tables: DynamoDBClient;

  /** ARNs of the queues that the laptop created for subscriptions, since no stack has them. */
  readonly subscribedQueues = new Set<string>();

  /** By id. */
  readonly backupPlans = new Map<string, { vaultName: string; rate: string }>();
  /** By name. */
  readonly eventRules = new Map<string, EventRule>();
  /** By ARN. */
  readonly deliveryStreams = new Map<string, DeliveryStream>();
  /** By name. */
  readonly roles = new Map<string, Role>();
  /** By ARN. */
  readonly functions = new Map<string, RunningFunction>();
  /** ARN of the role by ARN of the function. */
  readonly functionRoles = new Map<string, string>();
  readonly permissions: { functionName: string; principal: string; sourceArn: string }[] = [];
  /** Function ARN by integration id. */
  readonly integrations = new Map<string, string>();
  /** By id. */
  readonly jwtAuthorizers = new Map<string, { issuer: string; audiences: string[]; keys: IssuerKeys }>();
  /** By id. */
  readonly apis = new Map<string, HttpApi>();
  /** By id. */
  readonly restApis = new Map<string, RestApi>();
  /** By ARN. */
  readonly loadBalancers = new Map<string, LoadBalancer>();
  /** By ARN. */
  readonly targetGroups = new Map<string, TargetGroup>();
  /** Folder by image URI. */
  readonly images = new Map<string, string>();
  /** Capacity of an instance, by id of its launch template. */
  readonly launchTemplates = new Map<string, Room>();
  /** By ARN. */
  readonly autoScalingGroups = new Map<string, AutoScalingGroupDefinition>();
  /** Attribute name by `table` or `table/index`. */
  readonly partitionKeys = new Map<string, string>();
  /** By name. */
  readonly capacityProviders = new Map<string, CapacityDefinition>();
  /** Folder of shared files, by id of the EFS access point. */
  readonly accessPoints = new Map<string, string>();
  /** By ARN. */
  readonly taskDefinitions = new Map<string, TaskDefinition>();
  /** By name. */
  readonly services = new Map<string, Service>();
  /** By ARN of the queue. */
  readonly queuePolicies = new Map<string, ResourcePolicy>();
  readonly stopSchedules: (() => void)[] = [];
  readonly #dynamoDb: DynamoDb;

  private constructor(options: CloudOptions, gateway: Gateway, credentials: Credentials, dynamoDb: DynamoDb, s3: S3) {
    this.options = options;
    this.place = options.place;
    this.gateway = gateway;
    this.credentials = credentials;
    this.#dynamoDb = dynamoDb;
    this.s3 = s3;
    this.sqs = new Sqs({ clock: options.clock, ...options.place, endpoint: gateway.endpoint });
    const { clock, processes, speed, onLine } = options;
    this.sns = new Sns({ clock, onLine });
    gateway.paths.push(({ path }) =>
      path === signingKeyPath ? { status: 200, body: this.snsSigner.publicKey() } : undefined,
    );
    this.ecs = new Ecs({ ...options.place, clock, processes, speed, onEvent: onLine });
    this.tables = new DynamoDBClient({
      endpoint: gateway.endpoint,
      region: options.place.region,
      credentials: credentials.issue({ roleArn: rootArn(options.place), holder: "cloud" }),
    });
    const fastClock = new FastClock(options.clock, options.speed);
    this.cloudWatch = new CloudWatch(fastClock, (message) => options.onLine("cloudwatch", message));
    this.scaling = new ApplicationAutoScaling({
      clock: options.clock,
      fastClock,
      cloudWatch: this.cloudWatch,
      findService: (resourceId) => this.services.get(resourceId.split("/").at(-1) ?? ""),
    });
    this.scaling.events.on("activity", ({ resourceId, from, to, cause }) =>
      options.onLine("scaling", `${resourceId}: ${from} → ${to} tasks; ${cause}`),
    );
    this.stopSchedules.push(
      publishQueueMetrics(this.sqs, this.cloudWatch, fastClock),
      publishServiceMetrics(() => this.ecs.clusters.values(), this.cloudWatch, fastClock),
    );
    const apis = {
      sqs: jsonEmulator((call, signal) => this.sqs.handle(call.action, call.input, signal)),
      sns: queryEmulator(snsNamespace, ({ action, input }) => this.sns.handle(action, input)),
      dynamodb: dynamoDb.emulator,
      s3: s3.emulator,
      xray: jsonEmulator(async ({ action, input }) => this.xray.handle(action, input)),
      ecs: jsonEmulator(async ({ action, input }) => this.ecs.handle(action, input)),
      monitoring: jsonEmulator(async ({ action, input }) => this.cloudWatch.handle(action, input)),
      "application-autoscaling": jsonEmulator(async ({ action, input }) => {
        return handleAutoScaling(this.scaling, action, input);
      }),
      autoscaling: queryEmulator(ec2AutoScalingNamespace, async ({ action, input }) => {
        return handleEc2AutoScaling([...this.ecs.clusters.values()], action, input, clock.now());
      }),
    };
    serveApis(gateway, apis, this.roles, viewAccount(this));
  }

  static async start(options: CloudOptions): Promise<Cloud> {
    const credentials = new Credentials();
    const gateway = new Gateway(credentials, options.clock);
    await gateway.listen();
    return new Cloud(options, gateway, credentials, await startDynamoDb(), await startS3());
  }

  /**
   * Handles an output line of a function or task: collects its embedded metrics, as CloudWatch Logs does, and passes it
   * on.
   */
  log(source: string, line: string): void {
    this.cloudWatch.put(readEmbeddedMetrics(line));
    this.options.onLine(source, line);
  }

  ecsArn(kind: string): string {
    return arnOf(this.place, "ecs", kind);
  }

  /** Creates and returns a folder for one resource. */
  folderFor(kind: string, name: string): string {
    const folder = join(this.options.directory, kind, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /**
   * Closes in the direction of a job: first what accepts requests, then functions and tasks, then queues and tables.
   */
  async close(): Promise<void> {
    for (const stop of this.stopSchedules) stop();
    this.cloudWatch.close();
    await Promise.all([...this.apis.values()].map((api) => api.close()));
    await Promise.all([...this.loadBalancers.values()].map((loadBalancer) => loadBalancer.close()));
    await this.ecs.close();
    for (const targetGroup of this.targetGroups.values()) targetGroup.close();
    await Promise.all([...this.restApis.values()].map(({ api }) => api.close()));
    await Promise.all([...this.functions.values()].map((running) => running.stop()));
    await this.sns.close();
    this.sqs.close();
    this.tables.destroy();
    await this.gateway.close();
    await Promise.all([this.#dynamoDb.close(), this.s3.close()]);
  }
}
