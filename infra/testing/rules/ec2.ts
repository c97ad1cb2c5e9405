import type { Registration } from "../record-program.ts";
import { companions, givesSecretAway, input, setting } from "./reading.ts";
import type { Configuration, Rule } from "./rule.ts";

const template = "aws:ec2/launchTemplate:LaunchTemplate";
const group = "aws:autoscaling/group:Group";

const withoutInstances: Configuration[] = ["fargate", "managed-instances"];

export const ec2Rules: Rule[] = [
  {
    ids: ["CKV_AWS_79"],
    says: "tells of itself only to those who ask with a token (IMDSv2)",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) => input(resource, "metadataOptions.httpTokens") === "required",
    spoil: setting("metadataOptions.httpTokens", "optional"),
  },
  {
    ids: ["CKV_AWS_341"],
    says: "tells nothing to its containers",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) => input(resource, "metadataOptions.httpPutResponseHopLimit") === 1,
    spoil: setting("metadataOptions.httpPutResponseHopLimit", 2),
  },
  {
    ids: ["CKV_AWS_88", "ec2-instance-no-public-ip"],
    says: "has no public address",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) =>
      interfaces(resource).every(({ associatePublicIpAddress }) => String(associatePublicIpAddress) !== "true"),
    spoil: setting("networkInterfaces", [{ associatePublicIpAddress: "true" }]),
  },
  {
    ids: ["CKV_AWS_46"],
    says: "starts from a script without secrets",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) => {
      const script = Buffer.from(String(input(resource, "userData") ?? ""), "base64").toString();
      return script.includes("ECS_CLUSTER=") && !givesSecretAway("", script) && !/AWS_SECRET|PASSWORD/i.test(script);
    },
    spoil: (resource) =>
      setting("userData", Buffer.from("ECS_CLUSTER=x\nexport AWS_SECRET_ACCESS_KEY=x").toString("base64"))(resource),
  },
  {
    ids: ["AwsSolutions-EC26", "encrypted-volumes"],
    says: "has encrypted volumes",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) =>
      volumes(resource).length > 0 && volumes(resource).every(({ ebs }) => ebs?.encrypted === "true"),
    spoil: setting("blockDeviceMappings.0.ebs.encrypted", "false"),
  },
  {
    ids: ["sluice-volumes-with-own-key"],
    says: "has volumes encrypted with a key of the stack's own",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) => volumes(resource).every(({ ebs }) => Boolean(ebs?.kmsKeyId)),
    spoil: setting("blockDeviceMappings.0.ebs.kmsKeyId", undefined),
  },
  {
    ids: ["AwsSolutions-EC28", "ec2-instance-detailed-monitoring-enabled"],
    says: "is measured each minute",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) => input(resource, "monitoring.enabled") === true,
    spoil: setting("monitoring.enabled", false),
  },
  {
    ids: ["sluice-instance-tags"],
    says: "gives instances and volumes the stack's tags, which the provider's default tags do not reach",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) =>
      ["instance", "volume"].every((kind) => {
        const tags = specifications(resource).find(({ resourceType }) => resourceType === kind)?.tags;
        return tags?.project !== undefined && tags?.stack !== undefined;
      }),
    spoil: setting("tagSpecifications", []),
  },
  {
    ids: ["sluice-agent-cleans-up-images"],
    says: "lets the agent remove images that no task uses",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) => {
      const script = Buffer.from(String(input(resource, "userData") ?? ""), "base64").toString();
      return script.includes("ECS_CLUSTER=") && !/prefer-cached|ECS_DISABLE_IMAGE_CLEANUP=true/.test(script);
    },
    spoil: setting("userData", Buffer.from("ECS_CLUSTER=x\nECS_IMAGE_PULL_BEHAVIOR=prefer-cached").toString("base64")),
  },
  {
    ids: ["sluice-agent-blocks-metadata"],
    says: "keeps tasks away from its role, and gives them theirs",
    types: [template],
    absentIn: withoutInstances,
    holds: (resource) => {
      const script = Buffer.from(String(input(resource, "userData") ?? ""), "base64").toString();
      return script.includes("ECS_AWSVPC_BLOCK_IMDS=true") && script.includes("ECS_ENABLE_TASK_IAM_ROLE=true");
    },
    spoil: setting("userData", ""),
  },
  {
    ids: ["CKV_AWS_315"],
    says: "launches from a template",
    types: [group],
    absentIn: withoutInstances,
    holds: (resource) =>
      Boolean(input(resource, "launchTemplate.id") ?? input(resource, "mixedInstancesPolicy.launchTemplate")),
    spoil: (resource) => {
      setting("launchTemplate", undefined)(resource);
      setting("mixedInstancesPolicy", undefined)(resource);
    },
  },
  {
    ids: ["CKV_AWS_153"],
    says: "has the stack's tags; its instances have them from the launch template",
    types: [group],
    absentIn: withoutInstances,
    holds: (resource) => {
      const tags = (input(resource, "tags") ?? []) as { key: string }[];
      return ["project", "stack"].every((key) => tags.some((tag) => tag.key === key));
    },
    spoil: setting("tags", []),
  },
  {
    ids: ["AwsSolutions-AS1"],
    says: "rests after it has scaled",
    types: [group],
    absentIn: withoutInstances,
    holds: (resource) => Number(input(resource, "defaultCooldown")) > 0,
  },
  {
    ids: ["AwsSolutions-AS3"],
    says: "tells of each instance that comes or goes",
    types: [group],
    absentIn: withoutInstances,
    holds: (resource, program) => companions(program, resource, "aws:autoscaling/notification:Notification").length > 0,
  },
];

interface Volume {
  ebs?: { encrypted?: string; kmsKeyId?: string };
}

function volumes(resource: Registration): Volume[] {
  return (input(resource, "blockDeviceMappings") ?? []) as Volume[];
}

function interfaces(resource: Registration): { associatePublicIpAddress?: unknown }[] {
  return (input(resource, "networkInterfaces") ?? []) as { associatePublicIpAddress?: unknown }[];
}

function specifications(resource: Registration): { resourceType: string; tags: Record<string, string> }[] {
  return (input(resource, "tagSpecifications") ?? []) as { resourceType: string; tags: Record<string, string> }[];
}
