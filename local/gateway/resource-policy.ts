import { z } from "zod";
import { decide, type PolicyStatement } from "./authorize.ts";
import { conditionSchema, type RequestContext } from "./conditions.ts";

const oneOrMore = z.union([z.string(), z.array(z.string())]);

/** The policy of a queue. */
export const resourcePolicySchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(["Allow", "Deny"]),
      Principal: z.union([
        z.literal("*"),
        z.strictObject({ AWS: oneOrMore.optional(), Service: oneOrMore.optional() }),
      ]),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: conditionSchema.optional(),
    }),
  ),
});

export type ResourcePolicy = z.infer<typeof resourcePolicySchema>;

/** The caller of a request: an AWS service, or an identity of an account by its ARN. */
export type Principal = { service: string } | { arn: string };

/**
 * Tells if a resource's policy alone lets a principal in. That suffices for services, and for other accounts together with a
 * policy of theirs. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function admits(
  policy: ResourcePolicy,
  principal: Principal,
  request: { action: string; resource: string; context: RequestContext },
): boolean {
  const fitting = policy.Statement.filter(({ Principal }) => names(Principal, principal));
  return decide(fitting as PolicyStatement[], request) === "allowed";
}

type Named = ResourcePolicy["Statement"][number]["Principal"];

/** An account's root in a policy stands for all identities of the account. */
function names(named: Named, principal: Principal): boolean {
  if (named === "*") return true;
  if ("service" in principal) return [named.Service ?? []].flat().includes(principal.service);
  const accountOf = (arn: string) => arn.split(":")[4];
  return [named.AWS ?? []]
    .flat()
    .some((arn) => arn === principal.arn || (arn.endsWith(":root") && accountOf(arn) === accountOf(principal.arn)));
}
