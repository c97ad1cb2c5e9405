import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Provider, type Registration, type RunResult, runProgram, unknownValue } from "./run-program.ts";

const shop = join(import.meta.dirname, "fixtures/shop");
const network = join(import.meta.dirname, "fixtures/network");
const boxUrn = "urn:pulumi:dev::shop::test:shop:Shop$test:shop:Shelf$test:index:Thing::box";

/** Returns an arn for each resource, and an answer to each invoke. */
const provider: Provider = {
  create: async ({ name, inputs }) => ({ id: `${name}-1`, outputs: { ...inputs, arn: `arn:${name}` } }),
  invoke: async (token, { question }) => ({ reply: `${token} of ${question}` }),
};

describe("a program that is deployed", () => {
  const printed: string[] = [];
  let result: RunResult;

  beforeAll(async () => {
    const config = { "shop:token": "s3cret" };
    const onLog = (severity: string, message: string) => severity === "info" && printed.push(message);
    result = await runProgram({ directory: shop, stack: "dev", config }, provider, { onLog });
  });

  test("exports outputs of its resources", () => {
    expect(result.outputs).toEqual({
      signArn: "arn:sign",
      signId: "sign-1",
      boxArn: "arn:box",
      token: "s3cret",
      reply: "test:index:ask of arn:sign",
      codeIsStillAnArchive: true,
    });
  });

  test("is recorded with stack, components, provider and resources", () => {
    expect(result.registrations.map(({ urn }) => urn.replace("urn:pulumi:dev::shop::", "")).sort()).toEqual([
      "pulumi:providers:test::elsewhere",
      "pulumi:pulumi:Stack::shop-dev",
      "test:index:Thing::sign",
      "test:shop:Shop$test:shop:Shelf$test:index:Thing::box",
      "test:shop:Shop$test:shop:Shelf::shelf",
      "test:shop:Shop::shop",
    ]);
  });

  test("gets its configuration: declared defaults, the stack's values, the overrides", () => {
    expect(find(result, "box").inputs).toEqual({ size: 5, environment: { TOKEN: "s3cret", OWNER: "nobody" } });
  });

  test("has its secrets unwrapped in place, with their paths", () => {
    expect(find(result, "box").secretPaths).toEqual(["environment.TOKEN"]);
  });

  test("passes outputs of a resource to another, with the dependency", () => {
    const { inputs, dependencies, propertyDependencies } = find(result, "sign");

    expect(inputs.text).toBe("for arn:box");
    expect(dependencies).toEqual([boxUrn]);
    expect(propertyDependencies).toMatchObject({ text: [boxUrn], code: [] });
  });

  test("passes its archives as data", () => {
    expect(find(result, "sign").inputs.code).toEqual({
      archive: "assets",
      assets: {
        "index.mjs": { asset: "string", text: "export {}" },
        "logo.svg": { asset: "file", path: join(shop, "logo.svg") },
        lib: { archive: "file", path: join(shop, "lib") },
      },
    });
  });

  test("passes its resource options", () => {
    const { options, provider: reference } = find(result, "sign");

    expect(options).toEqual({
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["text"],
      customTimeouts: { delete: "30m" },
    });
    expect(reference).toBe("urn:pulumi:dev::shop::pulumi:providers:test::elsewhere::elsewhere");
  });

  test("gives the line of each resource within a function", () => {
    expect(find(result, "box").sourcePosition).toMatch(/^index\.ts:\d+:\d+$/);
  });

  test("has its output forwarded", () => {
    expect(printed).toContain("opening dev");
  });
});

test("a preview creates nothing, and has unknown values", async () => {
  const makesNothing: Provider = { ...provider, create: () => Promise.reject(new Error("must not be called")) };
  const program = { directory: shop, stack: "other", config: { "shop:token": "s3cret" }, preview: true };

  const result = await runProgram(program, makesNothing);

  expect(result.outputs).toMatchObject({ signArn: unknownValue, signId: unknownValue, token: "s3cret" });
  expect(find(result, "box").inputs.size).toBe(3);
  expect(find(result, "sign").inputs).toMatchObject({ text: unknownValue });
});

test("a remote component is one registration, whose outputs other resources can use", async () => {
  const create: Provider["create"] = async ({ name, remote }) =>
    remote
      ? { id: "", outputs: { vpcId: "vpc-1", privateSubnetIds: ["subnet-1", "subnet-2"] } }
      : { id: `${name}-1`, outputs: {} };

  const result = await runProgram({ directory: network, stack: "dev", config: {} }, { ...provider, create });

  const vpc = find(result, "network");
  expect(vpc).toMatchObject({ type: "awsx:ec2:Vpc", remote: true, custom: false });
  expect(vpc.inputs).toEqual({ cidrBlock: "10.0.0.0/16", numberOfAvailabilityZones: 2 });
  expect(find(result, "group")).toMatchObject({
    inputs: { subnetIds: ["subnet-1", "subnet-2"], description: "in vpc-1" },
    dependencies: [vpc.urn],
  });
  expect(result.outputs).toEqual({ subnetIds: ["subnet-1", "subnet-2"] });
});

function find({ registrations }: RunResult, name: string): Registration {
  const registration = registrations.find((candidate) => candidate.name === name);
  if (!registration) throw new Error(`${name} was not registered`);
  return registration;
}
