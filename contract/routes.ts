/** The Lambda functions of the API. Each has only the permissions that its routes need. */
export type ApiFunction = "submit" | "status" | "cancel" | "upload" | "schedules" | "openapi";

export interface ApiRoute {
  function: ApiFunction;
  /** Needs no authorization, whatever `auth` is. */
  isPublic?: true;
  /** The configuration key without which the route does not exist. */
  option?: RouteOption;
}

export type RouteOption = "schedules";

/** Every route of the API, in API Gateway's notation, with its function. */
export const apiRoutes = {
  "POST /jobs": { function: "submit" },
  "POST /jobs/batch": { function: "submit" },
  "GET /jobs": { function: "status" },
  "GET /jobs/{jobId}": { function: "status" },
  "GET /jobs/{jobId}/result": { function: "status" },
  "DELETE /jobs/{jobId}": { function: "cancel" },
  "POST /jobs/{jobId}/retry": { function: "submit" },
  "POST /uploads": { function: "upload" },
  "GET /schedules": { function: "schedules", option: "schedules" },
  "GET /schedules/{scheduleId}": { function: "schedules", option: "schedules" },
  "PUT /schedules/{scheduleId}": { function: "schedules", option: "schedules" },
  "DELETE /schedules/{scheduleId}": { function: "schedules", option: "schedules" },
  "GET /openapi.json": { function: "openapi", isPublic: true },
} as const satisfies Record<string, ApiRoute>;

export type RouteKey = keyof typeof apiRoutes;

/** The routes that a stack has. */
export function routesWith(options: Record<RouteOption, boolean>): [RouteKey, ApiRoute][] {
  const all = Object.entries(apiRoutes) as [RouteKey, ApiRoute][];
  return all.filter(([, { option }]) => option === undefined || options[option]);
}

/** The routes behind one function. */
export type RoutesOf<Name extends ApiFunction> = {
  [Key in RouteKey]: (typeof apiRoutes)[Key]["function"] extends Name ? Key : never;
}[RouteKey];
