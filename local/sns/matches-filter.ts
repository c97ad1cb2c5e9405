import type { FilterCondition, FilterPolicy } from "../../contract/subscriber.ts";

export type Attributes = Readonly<Record<string, string>>;

/**
 * Tells if a message's attributes match a subscription's filter policy: each named attribute must exist and meet one of its
 * conditions. https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function matchesFilter(policy: FilterPolicy, attributes: Attributes): boolean {
  return Object.entries(policy).every(([name, conditions]) => {
    const value = attributes[name];
    return value !== undefined && (conditions ?? []).some((condition) => meets(condition, value));
  });
}

function meets(condition: FilterCondition, value: string): boolean {
  if (typeof condition === "string") return value === condition;
  if ("prefix" in condition) return value.startsWith(condition.prefix);
  if ("suffix" in condition) return value.endsWith(condition.suffix);
  const but = condition["anything-but"];
  if (typeof but === "string") return value !== but;
  return Array.isArray(but) ? !but.includes(value) : !value.startsWith(but.prefix);
}
