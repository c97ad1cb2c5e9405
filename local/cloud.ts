import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../runtime/clock.ts";
import { type Service, startService } from "./ecs/service.ts";
import { authorize, matches, type PolicyStatement } from "./gateway/authorize.ts";
import { type Caller, Credentials, keysAsEnvironment } from "./gateway/credentials.ts";
import { type DynamoDb, startDynamoDb } from "./gateway/dynamodb.ts";
import { Gateway, jsonEmulator, type ServiceEmulator } from "./gateway/gateway.ts";
import { neededPermission, type Place } from "./gateway/needed-permission.ts";
import { type S3, startS3 } from "./gateway/s3.ts";
import { HttpApi } from "./http-api/http-api.ts";
import { type RunningFunction, startFunction } from "./lambda/function.ts";
import type { Processes } from "./processes/processes.ts";
import { startSchedule } from "./scheduler/schedule.ts";
import { Sqs } from "./sqs/sqs.ts";

export interface CloudOptions {
  place: Place;
  clock: Clock;
  processes: Processes;
  /** Where functions, images and logs lie; goes with the cloud. */
  directory: string;
  /** Port of the first HTTP API; 0 for any that is free. */
  apiPort: number;
  /** How many times shorter AWS's own delays are. */
  speed: number;
  /** Output of functions and tasks. */
  onLine(source: string, line: string): void;
  /** What the cloud does of its own accord: tasks that start, stop, die. */
  onEvent(source: string, message: string): void;
}
