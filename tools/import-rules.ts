/**
 * Allowed imports between folders, besides npm packages: the table of ARCHITECTURE.md as data.
 * A folder may always import from itself. An inner folder stands before its parent.
 */
export const importRules: { folder: string; mayImport: string[]; mustNotUse?: string[] }[] = [
  { folder: "contract", mayImport: [] },
  { folder: "runtime", mayImport: [] },
  { folder: "report", mayImport: ["runtime"] },
  { folder: "client", mayImport: ["contract", "runtime"], mustNotUse: ["@pulumi"] },
  { folder: "workload", mayImport: ["runtime"], mustNotUse: ["@aws-sdk", "@pulumi"] },
  {
    folder: "load",
    mayImport: ["contract", "runtime", "workload", "report", "client", "deploy"],
    mustNotUse: ["@pulumi"],
  },
  { folder: "services/jobs", mayImport: ["contract", "runtime"], mustNotUse: ["@pulumi"] },
  { folder: "services/owners", mayImport: ["services/jobs", "contract", "runtime"], mustNotUse: ["@pulumi"] },
  { folder: "services/events", mayImport: ["services/jobs", "contract", "runtime"], mustNotUse: ["@pulumi"] },
  {
    folder: "services/schedules",
    mayImport: ["services/jobs", "services/owners", "contract", "runtime"],
    mustNotUse: ["@pulumi"],
  },
  ...["services/api", "services/worker", "services/sweeper"].map((folder) => ({
    folder,
    mayImport: ["services/jobs", "services/owners", "services/events", "services/schedules", "contract", "runtime"],
    mustNotUse: ["@pulumi"],
  })),
  {
    folder: "services/intake",
    mayImport: ["services/api", "services/jobs", "services/owners", "contract", "runtime"],
    mustNotUse: ["@pulumi"],
  },
  { folder: "services/backup", mayImport: ["contract", "runtime"], mustNotUse: ["@pulumi"] },
  {
    folder: "services/query",
    mayImport: ["services/api", "services/jobs", "client", "contract", "runtime"],
    mustNotUse: ["@pulumi"],
  },
  { folder: "autoscaler/policy", mayImport: [], mustNotUse: ["@aws-sdk", "@pulumi"] },
  { folder: "autoscaler/decide", mayImport: ["autoscaler/policy"], mustNotUse: ["@aws-sdk", "@pulumi"] },
  { folder: "autoscaler/cli", mayImport: ["autoscaler", "contract", "runtime", "report"], mustNotUse: ["@pulumi"] },
  { folder: "autoscaler", mayImport: ["contract", "runtime"], mustNotUse: ["@pulumi"] },
  {
    folder: "simulator",
    mayImport: ["autoscaler/decide", "autoscaler/policy", "contract", "runtime", "workload", "report", "deploy"],
    mustNotUse: ["@aws-sdk", "@pulumi"],
  },
  {
    folder: "advise",
    mayImport: ["contract", "runtime", "report", "workload", "deploy"],
    mustNotUse: ["@aws-sdk", "@pulumi"],
  },
  { folder: "infra", mayImport: ["contract", "autoscaler/policy"], mustNotUse: ["@aws-sdk"] },
  { folder: "engine", mayImport: ["runtime"] },
  { folder: "local", mayImport: ["contract", "runtime", "report", "engine", "simulator", "client"] },
  { folder: "deploy", mayImport: ["contract", "runtime", "report"] },
  { folder: "verify", mayImport: ["contract", "runtime", "report", "client", "load"], mustNotUse: ["@pulumi"] },
  {
    folder: "bench",
    mayImport: [
      "contract",
      "runtime",
      "report",
      "services",
      "autoscaler",
      "client",
      "workload",
      "load",
      "local",
      "engine",
      "deploy",
      "infra",
    ],
  },
  { folder: "tools", mayImport: [] },
];

/** Additional imports of tests, some of which run the whole program or compare it with other folders. */
export const testsMayImport: Record<string, string[]> = {
  infra: ["engine", "local", "runtime", "deploy"],
  autoscaler: ["autoscaler/cli"],
  local: ["infra"],
  "services/intake": ["services/worker", "local"],
  "services/jobs": ["local"],
  "services/schedules": ["services/worker"],
  "services/worker": ["services/sweeper"],
};
