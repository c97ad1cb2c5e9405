import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The file's name, beside each bundle. */
export const noticesFile = "THIRD-PARTY-NOTICES.txt";

/** Folders of the packages that source files belong to, such as `node_modules/pino`. */
export function packagesOf(paths: string[]): string[] {
  const folders = paths.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]);
  return [...new Set(folders)].filter((folder) => folder !== undefined).sort();
}

/** The licenses of packages, each text once. Most licenses require that copies of the code contain them. */
export function thirdPartyNotices(root: string, folders: string[]): string {
  const packages = new Map<string, string[]>();
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const text =
      licenseTexts(join(root, folder)) || "The package has no license file. Its package.json names the license.";
    packages.set(text, [...(packages.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...packages].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return ["This file has the licenses of the packages whose code is in the bundles beside it.\n", ...parts].join(
    divider,
  );
}

const divider = `\n${"-".repeat(80)}\n\n`;

function licenseTexts(folder: string): string {
  const files = readdirSync(folder).filter((name) =>
    /^(licen[cs]e|copying|notice)(-[\w.]+)?(\.(txt|md))?$/i.test(name),
  );
  return files
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim())
    .join("\n\n");
}
