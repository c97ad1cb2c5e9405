import type { Recorded, Registration } from "../record-program.ts";
import { input, setting } from "./reading.ts";
import type { Rule } from "./rule.ts";

const types = ["aws:cloudwatch/logGroup:LogGroup"];

/** Services that write to a log group by CloudWatch Logs' delivery policy of the region, not by a role. */
const deliverers = [
  "aws:apigateway/stage:Stage",
  "aws:apigatewayv2/stage:Stage",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
  "aws:ec2/flowLog:FlowLog",
  "aws:sfn/stateMachine:StateMachine",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
];

export const logRules: Rule[] = [
  {
    ids: ["CKV_AWS_66"],
    says: "ends some day",
    types,
    holds: (resource) => Number(input(resource, "retentionInDays")) > 0,
    spoil: setting("retentionInDays", undefined),
  },
  {
    ids: ["CKV_AWS_158"],
    says: "is encrypted with a key of the stack's own",
    types,
    holds: (resource) => Boolean(input(resource, "kmsKeyId")),
    spoil: setting("kmsKeyId", undefined),
  },
  {
    ids: ["CKV_AWS_338"],
    says: "is kept for a year",
    types,
    holds: (resource) => Number(input(resource, "retentionInDays")) >= 365,
  },
  {
    ids: ["sluice-delivered-log-outside-the-policy"],
    says: "takes no room in the region's delivery policy, where a service delivers to it",
    types,
    holds: (resource, program) =>
      !isDeliveredTo(resource, program) || String(input(resource, "namePrefix")).startsWith("/aws/vendedlogs/"),
    spoil: (resource, program) => {
      setting("namePrefix", "access-")(resource);
      for (const { type, propertyDependencies } of program.registrations) {
        if (deliverers.includes(type)) propertyDependencies.spoilt = [resource.urn];
      }
    },
  },
];

function isDeliveredTo({ urn }: Registration, { registrations }: Recorded): boolean {
  return registrations.some(
    ({ type, propertyDependencies }) =>
      deliverers.includes(type) && Object.values(propertyDependencies).flat().includes(urn),
  );
}
