const stackType = "pulumi:pulumi:Stack";

/** Builds a resource's urn from the types of its parents except the stack, its own type, and its name. */
export function buildUrn(
  where: { stack: string; project: string },
  type: string,
  name: string,
  parent: string,
): string {
  const parentTypes = parent === "" ? stackType : qualifiedType(parent);
  const types = parentTypes === stackType ? type : `${parentTypes}$${type}`;
  return `urn:pulumi:${where.stack}::${where.project}::${types}::${name}`;
}

/** Whether it is the stack's type. The stack is the parent of each resource without another parent. */
export function isStack(type: string): boolean {
  return type === stackType;
}

/** Returns the urn in a provider reference (`urn::id`). */
export function urnOfReference(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? stackType;
}
