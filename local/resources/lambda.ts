import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { arnOf } from "../gateway/account.ts";
import { nameOnly, noEffect, type ResourceHandler, resource } from "./resource.ts";
import { mapQueueToFunction, runFunction } from "./run-function.ts";

const archiveSchema = z.strictObject({
  archive: z.literal("assets"),
  assets: z.record(
    z.string(),
    z.union([
      z.strictObject({ asset: z.literal("string"), text: z.string() }),
      z.strictObject({ asset: z.literal("file"), path: z.string() }),
    ]),
  ),
});

export const lambda: Record<string, ResourceHandler> = {
  "aws:lambda/function:Function": resource(
    z.strictObject({
      description: noEffect("a text for people"),
      runtime: z.literal("nodejs24.x"),
      architectures: noEffect("this machine's own CPU runs it"),
      handler: z.string(),
      code: z.unknown(),
      role: z.string(),
      timeout: z.number().default(3),
      memorySize: z.number().default(128),
      reservedConcurrentExecutions: z.int().positive().optional(),
      environment: z.strictObject({ variables: z.record(z.string(), z.string()) }).optional(),
      tracingConfig: noEffect("the laptop makes no segments of Lambda's own"),
      loggingConfig: z.strictObject({ logFormat: noEffect("functions always write JSON lines"), logGroup: z.string() }),
    }),
    async ({ inputs, physicalName, cloud }) => {
      const directory = await unpackArchive(inputs.code, cloud.folderFor("functions", physicalName));
      const arn = arnOf(cloud.place, "lambda", `function:${physicalName}`);
      runFunction(cloud, arn, physicalName, {
        directory,
        handler: inputs.handler,
        variables: inputs.environment?.variables ?? {},
        roleArn: inputs.role,
        timeoutSeconds: inputs.timeout,
        memoryMegabytes: inputs.memorySize,
        reservedConcurrency: inputs.reservedConcurrentExecutions,
      });
      return {
        id: physicalName,
        outputs: {
          arn,
          name: physicalName,
          invokeArn: `arn:aws:apigateway:${cloud.place.region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
        },
      };
    },
  ),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": nameOnly({
    functionName: z.string(),
    // The laptop does not retry failed calls.
    maximumRetryAttempts: z.literal(0),
    maximumEventAgeInSeconds: noEffect("a call is delivered at once or not at all"),
  }),
  "aws:lambda/eventSourceMapping:EventSourceMapping": resource(
    z.strictObject({
      eventSourceArn: z.string().startsWith("arn:aws:sqs:"),
      functionName: z.string(),
      batchSize: z.int().min(1).max(10),
      functionResponseTypes: z.tuple([z.literal("ReportBatchItemFailures")]),
      scalingConfig: z.strictObject({ maximumConcurrency: z.int().min(2).max(1_000) }),
    }),
    ({ inputs, physicalName, cloud }) => {
      mapQueueToFunction(cloud, inputs);
      return { id: physicalName, outputs: {} };
    },
  ),
  "aws:lambda/permission:Permission": resource(
    z.strictObject({
      action: z.literal("lambda:InvokeFunction"),
      function: z.string(),
      principal: z.string(),
      sourceArn: z.string(),
    }),
    ({ inputs, physicalName, cloud }) => {
      cloud.permissions.push({
        functionName: inputs.function,
        principal: inputs.principal,
        sourceArn: inputs.sourceArn,
      });
      return { id: physicalName, outputs: {} };
    },
  ),
};

/** Writes the files and texts of a Pulumi archive to the directory, which it returns. */
async function unpackArchive(archive: unknown, directory: string): Promise<string> {
  const { assets } = archiveSchema.parse(archive);
  for (const [name, asset] of Object.entries(assets)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    if (asset.asset === "string") await writeFile(path, asset.text);
    else await cp(asset.path, path);
  }
  return directory;
}
