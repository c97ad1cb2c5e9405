import { z } from "zod";
import { unpackArchive } from "../unpack-archive.ts";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";
import { runFunction } from "./run-function.ts";

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
      environment: z.strictObject({ variables: z.record(z.string(), z.string()) }).optional(),
      tracingConfig: noEffect("Lambda's own segments are not made here"),
      loggingConfig: z.strictObject({ logFormat: noEffect("functions write JSON lines anyway"), logGroup: z.string() }),
    }),
    async ({ inputs, physicalName, cloud }) => {
      const directory = await unpackArchive(inputs.code, cloud.folderFor("functions", physicalName));
      const arn = `arn:aws:lambda:${cloud.place.region}:${cloud.place.accountId}:function:${physicalName}`;
      runFunction(cloud, arn, physicalName, {
        directory,
        handler: inputs.handler,
        variables: inputs.environment?.variables ?? {},
        roleArn: inputs.role,
        timeoutSeconds: inputs.timeout,
        memoryMegabytes: inputs.memorySize,
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
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": resource(
    // What fails is not tried again here, so that no other number could be kept.
    z.strictObject({
      functionName: z.string(),
      maximumRetryAttempts: z.literal(0),
      maximumEventAgeInSeconds: noEffect("a call is delivered at once or not at all"),
    }),
    ({ inputs }) => ({ id: inputs.functionName, outputs: {} }),
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
