import type { Registration } from "../registration.ts";
import { urnOfReference } from "../urn.ts";

/**
 * Sorts resources for deletion: dependents before their dependencies, children before parents, resources before their
 * provider, and otherwise in reverse order of registration. A cycle is cut at some place, without an error.
 */
export function deletionOrder(registrations: Registration[]): Registration[] {
  const byUrn = new Map(registrations.map((registration) => [registration.urn, registration]));
  const visited = new Set<Registration>();
  const creationOrder: Registration[] = [];

  const visit = (registration: Registration) => {
    if (visited.has(registration)) return;
    visited.add(registration);
    for (const urn of neededFirst(registration)) {
      const needed = byUrn.get(urn);
      if (needed) visit(needed);
    }
    creationOrder.push(registration);
  };
  for (const registration of registrations) visit(registration);
  return creationOrder.reverse();
}

function neededFirst(registration: Registration): string[] {
  const { parent, provider, providers, dependencies } = registration;
  const references = [...(provider ? [provider] : []), ...Object.values(providers)];
  return [...(parent ? [parent] : []), ...references.map(urnOfReference), ...dependencies];
}
