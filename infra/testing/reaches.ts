import type { Registration } from "../../engine/registration.ts";

/** Whether the first needs the other, be it through others or through the parts of a component. */
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
