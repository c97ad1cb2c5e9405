import { beforeAll, describe, expect, it } from "vitest";
import { first, fullSettings } from "./testing/read-recording.ts";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";

let plain: Recorded;
let full: Recorded;
beforeAll(async () => {
  plain = await recordProgram();
  full = await recordProgram(fullSettings);
});

describe("egress", () => {
  it("is one NAT gateway, or one a zone, and S3 and DynamoDB beside it in either case", async () => {
    const perZone = await recordProgram({ "sluice:natPerZone": "true" });

    expect(first(plain, "awsx:ec2:Vpc").natGateways).toEqual({ strategy: "Single" });
    expect(first(perZone, "awsx:ec2:Vpc").natGateways).toEqual({ strategy: "OnePerAz" });
    expect(endpoints(plain)).toEqual({ Gateway: ["dynamodb", "s3"] });
  });

  it("is endpoints for what workers call and nothing else, from subnets without another way out", () => {
    expect(first(full, "awsx:ec2:Vpc")).toMatchObject({
      subnetSpecs: [{ type: "Isolated" }],
      natGateways: { strategy: "None" },
    });
    expect(first(full, "aws:autoscaling/group:Group").vpcZoneIdentifiers).toEqual(["subnet-e", "subnet-f"]);
    expect(endpoints(full)).toEqual({
      Gateway: ["dynamodb", "s3"],
      Interface: "ecr.api ecr.dkr ecs ecs-agent ecs-telemetry kms logs sqs ssmmessages xray".split(" "),
    });
  });

  it("asks for no endpoint that nothing would call", async () => {
    const least = await recordProgram({ "sluice:egress": "endpoints", "sluice:tracing": "false" });

    expect(endpoints(least).Interface).toEqual("ecr.api ecr.dkr ecs ecs-agent ecs-telemetry logs sqs".split(" "));
  });

  it("by endpoints leads workers to these alone, and nobody but workers to these", () => {
    const out = ofType(full, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    const [into, ...more] = ofType(full, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");

    const destinations = out.map(
      ({ inputs }) => inputs.cidrIpv4 ?? inputs.prefixListId ?? inputs.referencedSecurityGroupId,
    );
    expect(destinations.sort()).toEqual(["network-endpoints-id", "pl-network-dynamodb", "pl-network-s3"]);
    expect(more).toEqual([]);
    expect(into?.inputs).toMatchObject({
      securityGroupId: "network-endpoints-id",
      referencedSecurityGroupId: "network-workers-id",
      fromPort: 443,
      toPort: 443,
    });
  });

  it("by endpoints carries data to this account's resources only, and image layers here", () => {
    const guarded = ofType(full, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => inputs.policy);

    expect(guarded.map(({ name }) => name).sort()).toEqual(
      ["network-dynamodb", "network-logs", "network-s3", "network-sqs"].sort(),
    );
    for (const { name, inputs } of guarded) {
      const [own, ...exceptions] = JSON.parse(String(inputs.policy)).Statement;
      expect(own.Condition.StringEquals, name).toEqual({
        "aws:PrincipalAccount": "123456789012",
        "aws:ResourceAccount": "123456789012",
      });
      expect(exceptions, name).toHaveLength(name === "network-s3" ? 1 : 0);
    }
  });
});

/** Services with an endpoint, by its kind. */
function endpoints(recorded: Recorded): Record<string, string[]> {
  const found = ofType(recorded, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => ({
    kind: String(inputs.vpcEndpointType),
    service: String(inputs.serviceName).replace("com.amazonaws.eu-central-1.", ""),
  }));
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      found
        .filter((one) => one.kind === kind)
        .map(({ service }) => service)
        .sort(),
    ]),
  );
}
