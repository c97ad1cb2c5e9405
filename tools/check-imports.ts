import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import { importRules, testsMayImport } from "./import-rules.ts";

const folders = [...new Set(importRules.map(({ folder }) => folder.split("/")[0] ?? folder))];

/** With an unsupported compiler, dependency-cruiser reads no TypeScript and reports nothing. Then too few modules are found. */
const fewestModules = 50;

/** Tests and their supporting code. */
const test = "(\\.test\\.ts$|/testing/)";

const { output } = await cruise(
  folders,
  {
    validate: true,
    ruleSet: { forbidden: [...importRules.flatMap(rulesOf), noCycles()] },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/fixtures/" },
  },
  { extensions: [".ts"], conditionNames: ["import", "node", "default"] } as never,
);
const { summary, modules } = output as ICruiseResult;
const read = modules.filter(({ source, dependencies }) => source.endsWith(".ts") && dependencies !== undefined).length;

for (const { from, to, rule } of summary.violations) console.error(`${from} must not import ${to} (${rule.name})`);
if (read < fewestModules) console.error(`Expected to read at least ${fewestModules} modules; read ${read}.`);
console.log(`${read} modules, ${summary.totalDependenciesCruised} imports, violations: ${summary.violations.length}.`);
process.exitCode = summary.violations.length > 0 || read < fewestModules ? 1 : 0;

function rulesOf({ folder, mayImport, mustNotUse = [] }: (typeof importRules)[number]): IForbiddenRuleType[] {
  const inTests = testsMayImport[folder] ?? [];
  const own = `${folder}/${others(folder)}`;
  const rules = [stayWithin(folder, `^(?!.*${test})${own}`, mayImport)];
  rules.push(stayWithin(`${folder}, tests`, `^(?=.*${test})${own}`, [...mayImport, ...inTests]));
  for (const scope of mustNotUse) {
    rules.push({
      name: `${folder}: not ${scope}`,
      severity: "error",
      from: { path: `^${folder}/`, pathNot: test },
      to: { path: `node_modules/${scope}/` },
    });
  }
  return rules;
}

/** Excludes inner folders that have their own rules. */
function others(folder: string): string {
  const inner = importRules.flatMap((rule) =>
    rule.folder.startsWith(`${folder}/`) ? [rule.folder.slice(folder.length + 1)] : [],
  );
  return inner.length === 0 ? "" : `(?!(${inner.join("|")})/)`;
}

function stayWithin(name: string, from: string, mayImport: string[]): IForbiddenRuleType {
  const folder = name.split(",")[0] ?? name;
  return {
    name,
    severity: "error",
    from: { path: from },
    to: { path: `^(${folders.join("|")})/`, pathNot: [folder, ...mayImport].map((allowed) => `^${allowed}/`) },
  };
}

function noCycles(): IForbiddenRuleType {
  return {
    name: "no cycles",
    severity: "error",
    from: {},
    to: { circular: true },
  };
}
