import { companions, input, setting, without } from "./reading.ts";
import type { Rule } from "./rule.ts";

const types = ["aws:ecr/repository:Repository"];

export const ecrRules: Rule[] = [
  {
    ids: ["CKV_AWS_51"],
    says: "never moves a tag to another image",
    types,
    holds: (resource) => input(resource, "imageTagMutability") === "IMMUTABLE",
    spoil: setting("imageTagMutability", "MUTABLE"),
  },
  {
    ids: ["CKV_AWS_136"],
    says: "is encrypted with a key of the stack's own",
    types,
    holds: (resource) =>
      input(resource, "encryptionConfigurations.0.encryptionType") === "KMS" &&
      Boolean(input(resource, "encryptionConfigurations.0.kmsKey")),
    spoil: setting("encryptionConfigurations", undefined),
  },
  {
    ids: ["CKV_AWS_163"],
    says: "looks through each image for known holes",
    types,
    holds: (resource) => input(resource, "imageScanningConfiguration.scanOnPush") === true,
    spoil: setting("imageScanningConfiguration.scanOnPush", false),
  },
  {
    ids: ["sluice-image-findings-published"],
    says: "has its scans watched: critical findings go to the alarm topic",
    types,
    holds: (resource, program) =>
      companions(program, resource, "aws:cloudwatch/eventRule:EventRule").some((rule) => {
        const pattern = JSON.parse(String(input(rule, "eventPattern")));
        const [target] = companions(program, rule, "aws:cloudwatch/eventTarget:EventTarget");
        return (
          pattern.resources.length === 1 &&
          pattern.resources[0].endsWith(`:repository/${resource.name}`) &&
          pattern["detail-type"].includes("ECR Image Scan") &&
          JSON.stringify(pattern.detail["finding-severity-counts"]) === '{"CRITICAL":[{"numeric":[">",0]}]}' &&
          String(input(target ?? rule, "arn")).includes(":topic/")
        );
      }),
    spoil: without("aws:cloudwatch/eventRule:EventRule"),
  },
  {
    ids: ["AwsSolutions-ECR1"],
    says: "has no policy of its own, so that roles of this account alone get in",
    types,
    holds: (resource, program) =>
      companions(program, resource, "aws:ecr/repositoryPolicy:RepositoryPolicy").length === 0,
    spoil: (resource, program) => {
      const opened = { ...resource, type: "aws:ecr/repositoryPolicy:RepositoryPolicy", urn: `${resource.urn}-policy` };
      program.registrations.push({ ...opened, propertyDependencies: { repository: [resource.urn] } });
    },
  },
];
