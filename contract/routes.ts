/** The Lambda functions of the API. Each has only the permissions that its routes need. */
export type ApiFunction = "submit" | "status" | "cancel" | "upload" | "openapi";

export interface ApiRoute {
  function: ApiFunction;
  /** Needs no authorization, whatever `auth` is. */
  isPublic?: true;
}

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
  "GET /openapi.json": { function: "openapi", isPublic: true },
} as const satisfies Record<string, ApiRoute>;

export type RouteKey = keyof typeof apiRoutes;

/** The routes behind one function. */
export type RoutesOf<Name extends ApiFunction> = {
  [Key in RouteKey]: (typeof apiRoutes)[Key]["function"] extends Name ? Key : never;
}[RouteKey];
