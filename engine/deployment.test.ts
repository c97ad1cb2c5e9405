import { expect, test } from "vitest";
import { Deployment } from "./deployment.ts";
import { resources, Struct } from "./protocol.ts";
import type { Provider } from "./registration.ts";

const stackUrn = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";

test("refuses a second resource with the same urn, and names both", async () => {
  const deployment = deploy();
  await deployment.register(request({ type: "test:index:Thing", name: "box" }));

  await expect(deployment.register(request({ type: "test:index:Thing", name: "box" }))).rejects.toMatchObject({
    code: "duplicate-urn",
    message:
      'test:index:Thing "box" has the same name as test:index:Thing "box": urn:pulumi:dev::shop::test:index:Thing::box',
  });
});

test("builds a urn from the types of all parents except the stack", async () => {
  const deployment = deploy();
  const outer = await deployment.register(request({ type: "test:shop:Shop", name: "shop", custom: false }));
  const inner = await deployment.register(
    request({ type: "test:shop:Shelf", name: "shelf", custom: false, parent: outer.getUrn() }),
  );

  const box = await deployment.register(request({ type: "test:index:Thing", name: "box", parent: inner.getUrn() }));

  expect(box.getUrn()).toBe("urn:pulumi:dev::shop::test:shop:Shop$test:shop:Shelf$test:index:Thing::box");
});

test("records components and providers without a call to the provider", async () => {
  const asked: string[] = [];
  const deployment = deploy({
    create: async ({ name }) => {
      asked.push(name);
      return { id: `${name}-1`, outputs: {} };
    },
  });

  await deployment.register(request({ type: "test:shop:Shelf", name: "shelf", custom: false }));
  await deployment.register(request({ type: "pulumi:providers:aws", name: "ireland" }));
  await deployment.register(request({ type: "awsx:ec2:Vpc", name: "network", custom: false, remote: true }));

  expect(asked).toEqual(["network"]);
  expect(deployment.registrations.map(({ name }) => name)).toEqual(["shelf", "ireland", "network"]);
});

test("creates nothing in a preview: no id, and the inputs as outputs", async () => {
  const deployment = deploy({ create: () => Promise.reject(new Error("must not be called")) }, true);

  const response = await deployment.register(request({ type: "test:index:Thing", name: "box", inputs: { size: 3 } }));

  expect(response.getId()).toBe("");
  expect(response.getObject()?.toJavaScript()).toEqual({ size: 3 });
});

test.each<[string, Provider["create"], string]>([
  ["throws", () => Promise.reject(new Error("no room")), 'Cannot create test:index:Thing "box": no room'],
  [
    "returns no id",
    async () => ({ id: "", outputs: {} }),
    'Cannot create test:index:Thing "box": the provider returned no id',
  ],
  [
    "returns a value that is not plain data",
    async () => ({ id: "1", outputs: { made: new Date(0) } }),
    'Cannot create test:index:Thing "box": made should be plain data',
  ],
])("names the resource when the provider %s", async (_, create, message) => {
  const deployment = deploy({ create });

  await expect(deployment.register(request({ type: "test:index:Thing", name: "box" }))).rejects.toMatchObject({
    code: "create-failed",
    message: expect.stringContaining(message),
    details: { urn: "urn:pulumi:dev::shop::test:index:Thing::box" },
  });
});

test("names the function when the provider cannot call it", async () => {
  const deployment = deploy({ invoke: () => Promise.reject(new Error("no such parameter")) });

  await expect(deployment.invoke("aws:ssm/getParameter:getParameter", undefined)).rejects.toMatchObject({
    code: "invoke-failed",
    message: "Cannot invoke aws:ssm/getParameter:getParameter: no such parameter",
  });
});

function deploy(provider: Partial<Provider> = {}, preview = false): Deployment {
  return new Deployment(
    {
      project: "shop",
      stack: "dev",
      preview,
      directories: { project: "/shop", program: "/shop" },
      signal: new AbortController().signal,
    },
    {
      create: async ({ name }) => ({ id: `${name}-1`, outputs: {} }),
      invoke: async () => ({}),
      ...provider,
    },
  );
}

function request(fields: {
  type: string;
  name: string;
  custom?: boolean;
  remote?: boolean;
  parent?: string;
  inputs?: Record<string, number>;
}): resources.RegisterResourceRequest {
  const { custom = true, remote = false, parent = stackUrn, inputs = {} } = fields;
  const message = new resources.RegisterResourceRequest();
  message.setType(fields.type);
  message.setName(fields.name);
  message.setCustom(custom);
  message.setRemote(remote);
  message.setParent(parent);
  message.setObject(Struct.fromJavaScript(inputs));
  return message;
}
