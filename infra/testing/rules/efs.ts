import { input, setting } from "./reading.ts";
import { plainConfigurations, type Rule } from "./rule.ts";

const fileSystem = "aws:efs/fileSystem:FileSystem";
const accessPoint = "aws:efs/accessPoint:AccessPoint";
const mountTarget = "aws:efs/mountTarget:MountTarget";
const policy = "aws:efs/fileSystemPolicy:FileSystemPolicy";

/** Only a stack with shared files has a file system. */
const absentIn = plainConfigurations;

export const efsRules: Rule[] = [
  {
    ids: ["CKV_AWS_42", "AwsSolutions-EFS1", "efs-encrypted"],
    says: "encrypts what it stores",
    types: [fileSystem],
    absentIn,
    holds: (resource) => input(resource, "encrypted") === true,
    spoil: setting("encrypted", false),
  },
  {
    ids: ["CKV_AWS_184"],
    says: "encrypts it with the stack's own key",
    types: [fileSystem],
    absentIn,
    holds: (resource) => Boolean(input(resource, "kmsKeyId")),
    spoil: setting("kmsKeyId", undefined),
  },
  {
    ids: ["CKV_AWS_329"],
    says: "leads to a folder below the root",
    types: [accessPoint],
    absentIn,
    holds: (resource) => /^\/.+/.test(String(input(resource, "rootDirectory.path"))),
    spoil: setting("rootDirectory.path", "/"),
  },
  {
    ids: ["CKV_AWS_330"],
    says: "gives every client one user, which is not root",
    types: [accessPoint],
    absentIn,
    holds: (resource) => Number(input(resource, "posixUser.uid")) > 0 && Number(input(resource, "posixUser.gid")) > 0,
    spoil: setting("posixUser.uid", 0),
  },
  {
    ids: ["sluice-shared-files-with-tls"],
    says: "refuses clients without TLS",
    types: [policy],
    absentIn,
    holds: (resource) => String(input(resource, "policy")).includes('"aws:SecureTransport":"false"'),
    spoil: setting("policy", "{}"),
  },
  {
    ids: ["sluice-shared-files-from-workers"],
    says: "has security groups that let in the workers alone",
    types: [mountTarget],
    absentIn,
    holds: (resource, { registrations }) => {
      const groups = (input(resource, "securityGroups") ?? []) as string[];
      const rules = registrations.filter(
        ({ type, inputs }) =>
          type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" &&
          groups.includes(String(inputs.securityGroupId)),
      );
      return (
        rules.length > 0 &&
        rules.every(
          ({ inputs }) => inputs.referencedSecurityGroupId === "network-workers-id" && inputs.fromPort === 2049,
        )
      );
    },
    spoil: setting("securityGroups", []),
  },
];
