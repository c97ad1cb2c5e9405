import { companions, input, setting } from "./reading.ts";
import { plainConfigurations, type Rule } from "./rule.ts";

const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const targetGroup = "aws:lb/targetGroup:TargetGroup";
const listener = "aws:lb/listener:Listener";

/** Only the query service has a load balancer. */
const absentIn = plainConfigurations;

function has(ids: string[], says: string, path: string, value: unknown, types = [loadBalancer]): Rule {
  return {
    ids,
    says,
    types,
    absentIn,
    holds: (resource) => input(resource, path) === value,
    spoil: setting(path, undefined),
  };
}

export const loadBalancerRules: Rule[] = [
  {
    ids: ["CKV_AWS_2", "CKV2_AWS_20", "alb-http-to-https-redirection"],
    says: "serves HTTPS, or sends clients there",
    types: [listener],
    absentIn,
    holds: (resource) =>
      input(resource, "protocol") === "HTTPS" || input(resource, "defaultActions.0.redirect.protocol") === "HTTPS",
    spoil: (resource) => {
      setting("protocol", "HTTP")(resource);
      setting("defaultActions", [{ type: "forward" }])(resource);
    },
  },
  {
    ids: ["CKV_AWS_103", "CKV2_AWS_74"],
    says: "speaks TLS 1.2 or newer, with strong ciphers",
    types: [listener],
    absentIn,
    holds: (resource) =>
      input(resource, "protocol") !== "HTTPS" || input(resource, "sslPolicy") === "ELBSecurityPolicy-TLS13-1-2-2021-06",
    spoil: (resource) => {
      setting("protocol", "HTTPS")(resource);
      setting("sslPolicy", "ELBSecurityPolicy-2016-08")(resource);
    },
  },
  has(["sluice-load-balancer-internal"], "has no public address", "internal", true),
  has(["CKV_AWS_131"], "drops invalid headers", "dropInvalidHeaderFields", true),
  has(["CKV_AWS_328"], "does not pass on requests that can be read in two ways", "desyncMitigationMode", "defensive"),
  {
    ids: ["CKV_AWS_261"],
    says: "asks targets for their health by HTTP, and lets them end what they do within the container's stop timeout",
    types: [targetGroup],
    absentIn,
    holds: (resource) =>
      input(resource, "healthCheck.protocol") === "HTTP" &&
      input(resource, "healthCheck.path") === "/health" &&
      Number(input(resource, "deregistrationDelay")) <= 60,
    spoil: setting("healthCheck", undefined),
  },
  {
    ids: ["CKV_AWS_378"],
    says: "speaks TLS to its targets",
    types: [targetGroup],
    absentIn,
    holds: (resource) => input(resource, "protocol") === "HTTPS",
  },
  {
    ids: ["CKV_AWS_91", "AwsSolutions-ELB2"],
    says: "keeps an access log",
    types: [loadBalancer],
    absentIn,
    holds: (resource) => input(resource, "accessLogs.enabled") === true,
  },
  {
    ids: ["CKV_AWS_150", "elb-deletion-protection-enabled"],
    says: "is protected from deletion",
    types: [loadBalancer],
    absentIn,
    holds: (resource) => input(resource, "enableDeletionProtection") === true,
  },
  {
    ids: ["CKV2_AWS_28"],
    says: "has a web application firewall in front",
    types: [loadBalancer],
    absentIn,
    holds: (resource, program) =>
      companions(program, resource, "aws:wafv2/webAclAssociation:WebAclAssociation").length > 0,
  },
];
