import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { DeliveryStream, datePattern } from "../firehose/delivery-stream.ts";
import { arnOf } from "../gateway/account.ts";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

const streamSchema = z.strictObject({
  destination: z.literal("extended_s3"),
  serverSideEncryption: noEffect("records stay in memory"),
  extendedS3Configuration: z.strictObject({
    roleArn: z.string(),
    bucketArn: z.string().startsWith("arn:aws:s3:::"),
    prefix: z
      .string()
      .refine((prefix) => !prefix.replace(datePattern, "").includes("!{"), `expected no expression but ${datePattern}`),
    errorOutputPrefix: noEffect("the laptop transforms no records, so that none fails"),
    bufferingInterval: z.int().min(0).max(900),
    bufferingSize: z.int().min(1).max(128),
    compressionFormat: z.literal("GZIP"),
    fileExtension: z.string(),
  }),
});

export const firehose: Record<string, ResourceHandler> = {
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": resource(
    streamSchema,
    ({ inputs: { extendedS3Configuration: target }, physicalName, cloud }) => {
      const arn = arnOf(cloud.place, "firehose", `deliverystream/${physicalName}`);
      const client = new S3Client({
        endpoint: cloud.gateway.endpoint,
        region: cloud.place.region,
        forcePathStyle: true,
        credentials: cloud.credentials.issue({ roleArn: target.roleArn, holder: `firehose/${physicalName}` }),
      });
      const Bucket = target.bucketArn.split(":").at(-1);
      const stream = new DeliveryStream({
        name: physicalName,
        clock: cloud.options.clock,
        speed: cloud.options.speed,
        bufferSeconds: target.bufferingInterval,
        bufferBytes: target.bufferingSize * 1024 ** 2,
        prefix: target.prefix,
        fileExtension: target.fileExtension,
        async write(Key, Body) {
          await client.send(new PutObjectCommand({ Bucket, Key, Body }));
        },
        onLine: (line) => cloud.options.onLine(`firehose/${physicalName}`, line),
      });
      cloud.deliveryStreams.set(arn, stream);
      cloud.stopSchedules.push(() => {
        stream.close();
        client.destroy();
      });
      return { id: arn, outputs: { arn, name: physicalName } };
    },
  ),
};
