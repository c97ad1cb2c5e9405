import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

const archiveSchema = z.strictObject({
  archive: z.literal("assets"),
  assets: z.record(
    z.string(),
    z.union([
      z.strictObject({ asset: z.literal("string"), text: z.string() }),
      z.strictObject({ asset: z.literal("file"), path: z.string() }),
    ]),
  ),
});

/** Writes what a Pulumi archive of files and texts holds into the directory, and returns the directory. */
export async function unpackArchive(archive: unknown, directory: string): Promise<string> {
  const { assets } = archiveSchema.parse(archive);
  for (const [name, asset] of Object.entries(assets)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    if (asset.asset === "string") await writeFile(path, asset.text);
    else await cp(asset.path, path);
  }
  return directory;
}
