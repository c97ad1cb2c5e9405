import { companions, input, setting, without } from "./reading.ts";
import { plainConfigurations, type Rule } from "./rule.ts";

const group = "aws:ec2/securityGroup:SecurityGroup";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const vpc = "awsx:ec2:Vpc";
const flowLog = "aws:ec2/flowLog:FlowLog";
const users = [
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:ecs/service:Service",
  "aws:efs/mountTarget:MountTarget",
];
/** https://www.rfc-editor.org/rfc/rfc1918 */
const privateRange = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.)/;

export const networkRules: Rule[] = [
  {
    ids: ["CKV_AWS_23", "AwsSolutions-EC27"],
    says: "says what it is for",
    types: [group, ingress, egress],
    holds: (resource) => String(input(resource, "description") ?? "").length > 0,
    spoil: setting("description", undefined),
  },
  {
    ids: ["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277", "AwsSolutions-EC23"],
    says: "lets in a group it names or private addresses, and no address from outside",
    types: [ingress],
    absentIn: plainConfigurations,
    holds: (resource) =>
      (input(resource, "referencedSecurityGroupId")
        ? input(resource, "cidrIpv4") === undefined
        : privateRange.test(String(input(resource, "cidrIpv4")))) && input(resource, "cidrIpv6") === undefined,
    spoil: setting("cidrIpv4", "0.0.0.0/0"),
  },
  {
    ids: ["CKV_AWS_382"],
    says: "lets out by one port, not by all",
    types: [egress],
    holds: (resource) =>
      input(resource, "ipProtocol") === "tcp" &&
      Number(input(resource, "fromPort")) > 0 &&
      input(resource, "fromPort") === input(resource, "toPort"),
    spoil: setting("ipProtocol", "-1"),
  },
  {
    ids: ["CKV2_AWS_5"],
    says: "belongs to something",
    types: [group],
    holds: (resource, program) => users.some((type) => companions(program, resource, type).length > 0),
    spoil: (resource, program) => {
      for (const type of users) without(type)(resource, program);
    },
  },
  {
    ids: ["security-group-no-rule-management-conflicts"],
    says: "has its rules as resources of their own, none within it",
    types: [group],
    holds: (resource) => input(resource, "ingress") === undefined && input(resource, "egress") === undefined,
    spoil: setting("ingress", []),
  },
  {
    ids: ["CKV2_AWS_12"],
    says: "has a default group that lets nothing in or out",
    types: [vpc],
    holds: (resource, program) =>
      companions(program, resource, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").some((found) =>
        [input(found, "ingress"), input(found, "egress")].every((rules) => ((rules ?? []) as unknown[]).length === 0),
      ),
    spoil: without("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"),
  },
  {
    ids: ["CKV_AWS_130"],
    says: "gives nothing a public address by itself",
    types: [vpc],
    holds: (resource) =>
      input(resource, "mapPublicIpOnLaunch") !== true && !hasPublicSubnets(input(resource, "subnetSpecs")),
    spoil: setting("subnetSpecs", [{ type: "Public" }]),
  },
  {
    ids: ["CKV2_AWS_11", "AwsSolutions-VPC7"],
    says: "keeps a log of what was refused on its way",
    types: [vpc],
    holds: (resource, program) => companions(program, resource, flowLog).length > 0,
    spoil: without(flowLog),
  },
];

function hasPublicSubnets(specs: unknown): boolean {
  return ((specs ?? []) as { type: string }[]).some(({ type }) => type === "Public");
}
