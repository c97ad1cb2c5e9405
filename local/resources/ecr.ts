import { createHash } from "node:crypto";
import { cp } from "node:fs/promises";
import * as z from "zod";
import { arnOf } from "../gateway/account.ts";
import { nameOnly, noEffect, type ResourceHandler, resource } from "./resource.ts";

/** An image is a copy of its build context. Tasks run in that folder. */
export const ecr: Record<string, ResourceHandler> = {
  "aws:ecr/repository:Repository": nameOnly(
    {
      imageScanningConfiguration: noEffect("nothing scans the files of this project's own build"),
      imageTagMutability: noEffect("each image has a folder of its own"),
      encryptionConfigurations: noEffect("images are folders of this machine"),
      forceDelete: noEffect("the repository exists no longer than the cloud"),
    },
    ({ physicalName, cloud }) => ({
      arn: arnOf(cloud.place, "ecr", `repository/${physicalName}`),
      name: physicalName,
      repositoryUrl: `${cloud.place.accountId}.dkr.ecr.${cloud.place.region}.amazonaws.com/${physicalName}`,
    }),
  ),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": nameOnly({
    repository: z.string(),
    policy: noEffect("a run builds one image"),
  }),
  "awsx:ecr:Image": resource(
    z.strictObject({
      repositoryUrl: z.string(),
      context: z.string(),
      platform: noEffect("this machine's own CPU runs it"),
      imageTag: noEffect("each image has a folder of its own"),
    }),
    async ({ inputs, name, cloud }) => {
      // A copy, because the next build may overwrite the context while tasks still start from it.
      const directory = cloud.folderFor("images", name);
      await cp(inputs.context, directory, { recursive: true });
      const digest = createHash("sha256").update(directory).digest("hex");
      const imageUri = `${inputs.repositoryUrl}@sha256:${digest}`;
      cloud.images.set(imageUri, directory);
      return { id: "", outputs: { imageUri } };
    },
  ),
};
