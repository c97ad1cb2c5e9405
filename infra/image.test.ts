import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contentTag } from "./image.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-image-"));
  writeFileSync(join(directory, "main.mjs"), "one");
});
afterEach(() => rmSync(directory, { recursive: true }));

it("the image's node cannot be read by its user, so that handlers cannot read the worker's memory and environment", () => {
  const dockerfile = readFileSync(new URL("../services/worker/Dockerfile", import.meta.url), "utf8");

  expect(dockerfile).toMatch(/^COPY --from=base --chmod=0711 \/usr\/local\/bin\/node \/usr\/local\/bin\/node$/m);
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
});

describe("an image's tag", () => {
  it("is the same for the same files, whenever they were written", () => {
    const before = contentTag(directory, "linux/arm64");
    writeFileSync(join(directory, "main.mjs"), "one");

    expect(contentTag(directory, "linux/arm64")).toBe(before);
    expect(before).toMatch(/^[0-9a-f]{20}$/);
  });

  it("is another one for other content, another name, another file or another platform", () => {
    const tags = [contentTag(directory, "linux/arm64"), contentTag(directory, "linux/amd64")];
    writeFileSync(join(directory, "main.mjs"), "two");
    tags.push(contentTag(directory, "linux/arm64"));
    writeFileSync(join(directory, "other.mjs"), "");
    tags.push(contentTag(directory, "linux/arm64"));

    expect(new Set(tags).size).toBe(4);
  });
});
