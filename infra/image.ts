import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { imageContext } from "./bundle.ts";
import type { Config } from "./config.ts";

export interface WorkerImage {
  uri: pulumi.Output<string>;
  /** Undefined when the image stands in a registry that is not ECR and asks for no rights. */
  repositoryArn: pulumi.Output<string> | undefined;
}

/** The worker's image: built from services/worker and pushed to a repository of the stack's own, or the one config names. */
export function createWorkerImage(
  name: string,
  config: Pick<Config, "imageUri" | "architecture" | "protectData">,
  options: pulumi.CustomResourceOptions,
): WorkerImage {
  if (config.imageUri !== "") return { uri: pulumi.output(config.imageUri), repositoryArn: ecrArn(config.imageUri) };

  const repository = new aws.ecr.Repository(
    name,
    { imageScanningConfiguration: { scanOnPush: true }, forceDelete: !config.protectData },
    options,
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
  const context = imageContext(
    "worker-image",
    ["services/worker/main.ts", "services/worker/runner.ts"],
    "services/worker/Dockerfile",
  );
  const image = new awsx.ecr.Image(
    name,
    { repositoryUrl: repository.repositoryUrl, context, platform: `linux/${config.architecture}` },
    options,
  );
  return { uri: image.imageUri, repositoryArn: repository.arn };
}

/** The repository of an image in a private ECR registry: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME. */
function ecrArn(uri: string): pulumi.Output<string> | undefined {
  const [, account, region, name] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(uri) ?? [];
  return name === undefined ? undefined : pulumi.output(`arn:aws:ecr:${region}:${account}:repository/${name}`);
}
