import { createHash } from "node:crypto";
import { cp } from "node:fs/promises";
import { z } from "zod";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

/** An image here is its build context: what the Dockerfile would copy is what a task runs in. */
export const ecr: Record<string, ResourceHandler> = {
  "aws:ecr/repository:Repository": resource(
    z.strictObject({
      imageScanningConfiguration: noEffect("nothing scans the files of this project's own build"),
      imageTagMutability: noEffect("images are told apart by their folders"),
      encryptionConfigurations: noEffect("images are folders of this machine"),
      forceDelete: noEffect("the repository goes with the cloud"),
    }),
    ({ physicalName, cloud }) => {
      const registry = `${cloud.place.accountId}.dkr.ecr.${cloud.place.region}.amazonaws.com`;
      return {
        id: physicalName,
        outputs: {
          arn: `arn:aws:ecr:${cloud.place.region}:${cloud.place.accountId}:repository/${physicalName}`,
          name: physicalName,
          repositoryUrl: `${registry}/${physicalName}`,
        },
      };
    },
  ),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": resource(
    z.strictObject({ repository: z.string(), policy: noEffect("one image at a time") }),
    ({ inputs }) => ({ id: inputs.repository, outputs: {} }),
  ),
  "awsx:ecr:Image": resource(
    z.strictObject({
      repositoryUrl: z.string(),
      context: z.string(),
      platform: noEffect("this machine's own CPU runs it"),
      imageTag: noEffect("images are told apart by their folders"),
    }),
    async ({ inputs, name, cloud }) => {
      // A copy of its own: the next build may write over the context while tasks still start from it.
      const directory = cloud.folderFor("images", name);
      await cp(inputs.context, directory, { recursive: true });
      const digest = createHash("sha256").update(directory).digest("hex");
      const imageUri = `${inputs.repositoryUrl}@sha256:${digest}`;
      cloud.images.set(imageUri, directory);
      return { id: "", outputs: { imageUri } };
    },
  ),
};
