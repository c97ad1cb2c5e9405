import type { Registration } from "../../engine/registration.ts";

/** Whether one registration depends on another, directly, through others, or through a component's children. */
export function reaches(registrations: readonly Registration[], from: Registration, to: Registration): boolean {
  const byUrn = new Map(registrations.map((registration) => [registration.urn, registration]));
  const seen = new Set<string>();
  const open = [...from.dependencies];
  for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
    if (urn === to.urn) return true;
    if (seen.has(urn)) continue;
    seen.add(urn);
    open.push(...(byUrn.get(urn)?.dependencies ?? []));
  }
  return false;
}
