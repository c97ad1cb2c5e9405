/** Rules for resource types and features that the program does not have. */
export const notApplicable: { ids: string[]; reason: string }[] = [
  {
    ids: ["CKV2_AWS_51"],
    reason: "an HTTP API shows its backend no certificate; functions know it by their permission",
  },
  { ids: ["CKV_AWS_217", "CKV_AWS_237"], reason: "Pulumi creates a replacement before it deletes what it replaces" },
  {
    ids: ["CKV2_AWS_15", "AwsSolutions-AS2"],
    reason: "no load balancer sends requests to the group's instances: workers fetch their work from the queue",
  },
];

/** Resource types that would make a row of the table above wrong. */
export const typesWithout = /^aws:(alb|elb)\//;
