import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { imageContext } from "./bundle.ts";
import type { Config } from "./config.ts";
import { guarded } from "./guarded.ts";
import type { Keys } from "./keys.ts";

export interface WorkerImage {
  uri: pulumi.Output<string>;
  /** Undefined for an image outside ECR, which needs no IAM permissions. */
  repositoryArn: pulumi.Output<string> | undefined;
  /** Undefined when config names an existing image. */
  repositoryUrl: pulumi.Output<string> | undefined;
}

export interface WorkerImageArgs {
  config: Pick<Config, "imageUri" | "architecture" | "protectData">;
  keys: Keys;
}

/** Builds the worker's image from services/worker and pushes it to the stack's ECR repository; or uses `imageUri` of the config. */
export function createWorkerImage(
  name: string,
  { config, keys }: WorkerImageArgs,
  options: pulumi.CustomResourceOptions,
): WorkerImage {
  if (config.imageUri !== "") {
    return { uri: pulumi.output(config.imageUri), repositoryArn: ecrArn(config.imageUri), repositoryUrl: undefined };
  }
  const entries = ["services/worker/main.ts", "services/worker/runner.ts"];
  return buildImage(name, { entries, dockerfile: "services/worker/Dockerfile" }, { config, keys }, options);
}

/** Bundles the entry files, and pushes an image with them to an ECR repository of its own. */
export function buildImage(
  name: string,
  { entries, dockerfile }: { entries: string[]; dockerfile: string },
  args: { config: Pick<Config, "architecture" | "protectData">; keys: Keys },
  options: pulumi.CustomResourceOptions,
) {
  const repository = createRepository(name, args, options);
  const platform = `linux/${args.config.architecture}`;
  const context = imageContext(`${name}-image`, entries, dockerfile);
  const image = new awsx.ecr.Image(
    name,
    {
      repositoryUrl: repository.repositoryUrl,
      context,
      platform,
      // awsx's default tag does not change with the content, and the repository's immutable tags would refuse a second push.
      imageTag: context.then((directory) => contentTag(directory, platform)),
    },
    // Tasks of an older deployment may still pull the older image.
    { ...options, retainOnDelete: true },
  );
  return { uri: image.imageUri, repositoryArn: repository.arn, repositoryUrl: repository.repositoryUrl };
}

function createRepository(
  name: string,
  { config, keys }: { config: Pick<Config, "protectData">; keys: Keys },
  options: pulumi.CustomResourceOptions,
): aws.ecr.Repository {
  const repository = new aws.ecr.Repository(
    name,
    {
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability: "IMMUTABLE",
      forceDelete: !config.protectData,
      ...(keys.arn ? { encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keys.arn }] } : {}),
    },
    { ...options, ...guarded(config) },
  );
  new aws.ecr.LifecyclePolicy(
    name,
    {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: "Keep the last 10 images",
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 10 },
            action: { type: "expire" },
          },
        ],
      }),
    },
    options,
  );
  return repository;
}

/** Image tag: a hash of the platform and of the folder's file names and contents. */
export function contentTag(directory: string, platform: string): string {
  const hash = createHash("sha256").update(platform);
  for (const file of readdirSync(directory).sort()) {
    const content = readFileSync(join(directory, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 20);
}

/** ARN of the ECR repository in an image URI such as ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG; undefined for other registries. */
function ecrArn(uri: string): pulumi.Output<string> | undefined {
  const [, account, region, name] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(uri) ?? [];
  return name === undefined ? undefined : pulumi.output(`arn:aws:ecr:${region}:${account}:repository/${name}`);
}
