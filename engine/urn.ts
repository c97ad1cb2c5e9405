const stackType = "pulumi:pulumi:Stack";

/** Builds the name a resource has within its stack: the types of all its parents but the stack, its own, its name. */
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

/** Whether the type is that of the stack itself, the parent of everything that has no other. */
export function isStack(type: string): boolean {
  return type === stackType;
}

/** The resource that a provider reference (`urn::id`) points to. */
export function urnOfReference(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? stackType;
}
