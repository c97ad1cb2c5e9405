import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findTarget } from "./find-target.ts";

describe("the API to load", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-load-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const local = "http://127.0.0.1:8080";
  const keys = { region: "eu-central-1", accessKeyId: "AKIA", secretAccessKey: "secret" };
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  const find = (url?: string) => findTarget({ root: folder, url, folder });

  it("is the stack in the given folder, with its fleet file and, if it requires signatures, its keys", async () => {
    write("outputs.json", { apiUrl: local });
    const fleetFile = join(folder, "fleet.jsonl");

    expect(await find()).toEqual({ url: local, fleetFile, keys: undefined });
    write("credentials.json", keys);
    expect(await find(`${local}/`)).toEqual({ url: `${local}/`, fleetFile, keys });
  });

  it("is the given URL, without the keys of another stack", async () => {
    write("outputs.json", { apiUrl: local });
    write("credentials.json", keys);

    const target = await find("https://api.example.com");

    expect(target).toEqual({ url: "https://api.example.com", fleetFile: undefined, keys: undefined });
  });

  it("is missing without a stack, and the error names the file that was looked for", async () => {
    await expect(find()).rejects.toThrow(join(folder, "outputs.json"));
  });
});
