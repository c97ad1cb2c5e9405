/** The route of a request. Exact segments have precedence over {parameters}. */
export interface Match<Target> {
  target: Target;
  routeKey: string;
  pathParameters: Record<string, string>;
}

export class RouteTable<Target> {
  readonly #routes: { method: string; segments: string[]; routeKey: string; target: Target }[] = [];

  /** @param routeKey such as `GET /jobs/{jobId}` */
  add(routeKey: string, target: Target): void {
    const [method = "", path = ""] = routeKey.split(" ");
    this.#routes.push({ method, segments: split(path), routeKey, target });
    this.#routes.sort((a, b) => parameters(a.segments) - parameters(b.segments));
  }

  find(method: string, path: string): Match<Target> | undefined {
    const segments = split(path);
    for (const route of this.#routes) {
      if (route.method !== method && route.method !== "ANY") continue;
      const pathParameters = matchSegments(route.segments, segments);
      if (pathParameters) return { target: route.target, routeKey: route.routeKey, pathParameters };
    }
    return undefined;
  }
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? "";
    const name = /^\{(.+)\}$/.exec(expected)?.[1];
    if (name) found[name] = decode(segment);
    else if (expected !== segment) return undefined;
  }
  return found;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function split(path: string): string[] {
  return path.split("/").slice(1);
}

function parameters(segments: string[]): number {
  return segments.filter((segment) => segment.startsWith("{")).length;
}
