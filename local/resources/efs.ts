import * as z from "zod";
import { arnOf } from "../gateway/account.ts";
import { nameOnly, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

const oneUser = "all processes have the rights of the user who started the laptop cloud";
const noNetwork = "tasks reach the files through the folder";

/** Shared files: the folder of an access point is a folder of this machine. */
export const efs: Record<string, ResourceHandler> = {
  "aws:efs/fileSystem:FileSystem": resource(
    z.strictObject({
      encrypted: z.literal(true),
      ...noEffects("files are as safe as the cloud's folder", "kmsKeyId", "throughputMode"),
    }),
    ({ physicalName, cloud }) => {
      const id = `fs-${physicalName}`;
      return { id, outputs: { arn: arnOf(cloud.place, "elasticfilesystem", `file-system/${id}`) } };
    },
  ),
  "aws:efs/accessPoint:AccessPoint": resource(
    z.strictObject({ fileSystemId: z.string(), posixUser: noEffect(oneUser), rootDirectory: noEffect(oneUser) }),
    ({ physicalName, cloud }) => {
      const id = `fsap-${physicalName}`;
      cloud.accessPoints.set(id, cloud.folderFor("shared-files", physicalName));
      return { id, outputs: { arn: arnOf(cloud.place, "elasticfilesystem", `access-point/${id}`) } };
    },
  ),
  "aws:efs/mountTarget:MountTarget": nameOnly({
    fileSystemId: z.string(),
    ...noEffects(noNetwork, "subnetId", "securityGroups"),
  }),
  "aws:efs/fileSystemPolicy:FileSystemPolicy": nameOnly({ fileSystemId: z.string(), policy: noEffect(oneUser) }),
};
