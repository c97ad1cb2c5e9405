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
  /** Undefined when the image stands in a registry that is not ECR and asks for no rights. */
  repositoryArn: pulumi.Output<string> | undefined;
  /** Undefined when the stack has no repository of its own. */
  repositoryUrl: pulumi.Output<string> | undefined;
}

export interface WorkerImageArgs {
  config: Pick<Config, "imageUri" | "architecture" | "protectData">;
  keys: Keys;
}

/** The worker's image: built from services/worker and pushed to a repository of the stack's own, or the one config names. */
export function createWorkerImage(
  name: string,
  { config, keys }: WorkerImageArgs,
  options: pulumi.CustomResourceOptions,
): WorkerImage {
  if (config.imageUri !== "") {
    return { uri: pulumi.output(config.imageUri), repositoryArn: ecrArn(config.imageUri), repositoryUrl: undefined };
  }
  const repository = createRepository(name, { config, keys }, options);
  const platform = `linux/${config.architecture}`;
  const context = imageContext(
    "worker-image",
    ["services/worker/main.ts", "services/worker/runner.ts"],
    "services/worker/Dockerfile",
  );
  const image = new awsx.ecr.Image(
    name,
    {
      repositoryUrl: repository.repositoryUrl,
      context,
      platform,
      // awsx's own tag stays the same when the content changes; a repository that lets no tag be moved would refuse the push.
      imageTag: context.then((directory) => contentTag(directory, platform)),
    },
    // Tasks of an older deployment pull by their own tag, after the program has long gone on to the next.
    { ...options, retainOnDelete: true },
  );
  return { uri: image.imageUri, repositoryArn: repository.arn, repositoryUrl: repository.repositoryUrl };
}

function createRepository(
  name: string,
  { config, keys }: WorkerImageArgs,
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

/** The same for the same files and platform, and for nothing else. */
export function contentTag(directory: string, platform: string): string {
  const hash = createHash("sha256").update(platform);
  for (const file of readdirSync(directory).sort()) {
    const content = readFileSync(join(directory, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 20);
}

/** The repository of an image in a private ECR registry: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME. */
function ecrArn(uri: string): pulumi.Output<string> | undefined {
  const [, account, region, name] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(uri) ?? [];
  return name === undefined ? undefined : pulumi.output(`arn:aws:ecr:${region}:${account}:repository/${name}`);
}
