import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as z from "zod";
import { AppError } from "../../runtime/errors.ts";
import { readLaptopOutputs, readPulumiOutputs } from "../../runtime/find-outputs.ts";

const outputsSchema = z.object({
  clusterName: z.string(),
  serviceName: z.string(),
  /** Absent without a controller. */
  scalingTableName: z.string().optional(),
  queueUrl: z.string(),
});

export interface FoundStack extends z.infer<typeof outputsSchema> {
  /** Which stack it is, for messages. */
  where: string;
  /** Environment variables for the AWS clients. On AWS these give the region only; credentials come from the usual chain. */
  variables: Record<string, string>;
}

/**
 * Finds the stack by its outputs: the Pulumi stack if there is one, else the stack on this machine. With a folder only the
 * stack in that folder is considered.
 * @throws AppError `no-stack` if there is no stack, or it lacks an output
 */
export async function findStack({ root, folder }: { root: string; folder: string | undefined }): Promise<FoundStack> {
  const ofPulumi = folder === undefined ? await readPulumiOutputs(root) : undefined;
  if (ofPulumi) {
    const found = check(ofPulumi, "the Pulumi stack");
    return { ...found, where: "the Pulumi stack", variables: { AWS_REGION: regionOf(found.queueUrl) } };
  }
  const path = resolve(root, folder ?? ".sluice");
  const ofLaptop = readLaptopOutputs(path);
  if (!ofLaptop) {
    throw new AppError(
      "no-stack",
      `Expected a Pulumi stack with outputs, or a stack on this machine (${path}); there is none.`,
    );
  }
  const variables = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(join(path, "operator.json"), "utf8")));
  return { ...check(ofLaptop, path), where: "the stack on this machine", variables };
}

function check(outputs: object, where: string): z.infer<typeof outputsSchema> {
  const parsed = outputsSchema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map(({ path }) => path.join("."));
  throw new AppError("no-stack", `Expected the outputs of a Sluice stack in ${where}; missing: ${missing.join(", ")}.`);
}

/** The region in `https://sqs.REGION.amazonaws.com/...`. It may differ from the default region of the AWS profile. */
function regionOf(queueUrl: string): string {
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(queueUrl)?.[1];
  if (region === undefined) throw new AppError("no-stack", `Expected the URL of an SQS queue; came "${queueUrl}".`);
  return region;
}
