import * as z from "zod";

/** The values of a request's condition keys. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

const knownKeys = [
  /^ecs:(cluster|task-definition)$/,
  /^cloudwatch:namespace$/,
  /^dynamodb:LeadingKeys$/,
  /^(autoscaling|aws):ResourceTag\/.+$/,
  /^application-autoscaling:(service-namespace|scalable-dimension)$/,
  // No call here passes these: mounts are folders of this machine, and ECS starts no instances with a role.
  /^(elasticfilesystem:AccessPointArn|iam:PassedToService)$/,
  /^aws:(SourceArn|SourceAccount|SecureTransport)$/,
];

const comparisons: Record<string, (pattern: string, value: string) => boolean> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: matches,
  // IAM accepts wildcards in both operators.
  ArnEquals: matches,
  ArnLike: matches,
  Bool: (pattern, value) => pattern === value,
};

const operatorPattern = new RegExp(`^(ForAllValues:|ForAnyValue:)?(${Object.keys(comparisons).join("|")})(IfExists)?$`);

/** The conditions that the laptop can evaluate. Others are an error, because ignoring them would grant too much. */
export const conditionSchema = z.record(
  z.string().regex(operatorPattern, "the laptop cannot evaluate this operator"),
  z.record(
    z
      .string()
      .refine((key) => knownKeys.some((known) => known.test(key)), "the laptop does not know this condition key"),
    z.union([z.string(), z.array(z.string())]),
  ),
);

/**
 * True if every operator holds for every key. A missing key fails, except under ForAllValues, which then holds:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function conditionHolds(condition: Condition, context: RequestContext): boolean {
  return Object.entries(condition).every(([operator, keys]) => {
    const [, quantifier, name = "", ifExists] = operatorPattern.exec(operator) ?? [];
    const compare = comparisons[name];
    if (!compare) throw new Error(`expected an operator of ${Object.keys(comparisons).join(", ")}; came "${operator}"`);
    return Object.entries(keys).every(([key, wanted]) => {
      const values = context[key];
      if (values === undefined && ifExists !== undefined) return true;
      const fits = (value: string) => [wanted].flat().some((pattern) => compare(pattern, value));
      return quantifier === "ForAllValues:" ? (values ?? []).every(fits) : (values ?? []).some(fits);
    });
  });
}

/** Matches IAM's wildcards: * for any characters, ? for one. */
export function matches(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  const known = expressions.get(pattern);
  if (known) return known.test(text);
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`, "s");
  expressions.set(pattern, expression);
  return expression.test(text);
}

/** By pattern. Only the program's policies and permissions contain patterns. */
const expressions = new Map<string, RegExp>();
