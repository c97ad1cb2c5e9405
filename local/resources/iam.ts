import * as z from "zod";
import { arnOf } from "../gateway/account.ts";
import { conditionSchema } from "../gateway/conditions.ts";
import { jsonText, nameOnly, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

const oneOrMore = z.union([z.string(), z.array(z.string())]);

const policy = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(["Allow", "Deny"]),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: conditionSchema.optional(),
    }),
  ),
});

export const iam: Record<string, ResourceHandler> = {
  "aws:iam/role:Role": resource(
    z.strictObject({
      assumeRolePolicy: noEffect("the cloud itself issues the keys of a role"),
    }),
    ({ physicalName, cloud }) => {
      const arn = `arn:aws:iam::${cloud.place.accountId}:role/${physicalName}`;
      cloud.roles.set(physicalName, { arn, statements: [] });
      return { id: physicalName, outputs: { arn, name: physicalName } };
    },
  ),
  "aws:iam/rolePolicy:RolePolicy": resource(
    z.strictObject({ role: z.string(), policy: jsonText(policy) }),
    ({ inputs, physicalName, cloud }) => {
      const role = cloud.roles.get(inputs.role);
      if (!role) throw new Error(`expected the name of a role; came "${inputs.role}"`);
      role.statements.push(...inputs.policy.Statement);
      return { id: `${inputs.role}:${physicalName}`, outputs: { name: physicalName } };
    },
  ),
  "aws:iam/instanceProfile:InstanceProfile": nameOnly(
    { role: noEffect("the instances of the laptop make no calls") },
    ({ physicalName, cloud }) => ({
      arn: `arn:aws:iam::${cloud.place.accountId}:instance-profile/${physicalName}`,
      name: physicalName,
    }),
  ),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": nameOnly({
    role: z.string(),
    policyArn: noEffect("ECS's own roles make no calls here"),
  }),
  "aws:kms/key:Key": nameOnly(
    {
      description: noEffect("a text for people"),
      ...noEffects("nothing is encrypted here: state stays in memory", "enableKeyRotation", "policy"),
      deletionWindowInDays: noEffect("the key exists no longer than the cloud"),
    },
    ({ physicalName, cloud }) => ({ arn: arnOf(cloud.place, "kms", `key/${physicalName}`) }),
  ),
};
