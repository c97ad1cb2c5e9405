import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startJourney } from "../testing/journey.ts";

const program = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

describe("a program with something the laptop cloud does not know", () => {
  it("is refused by the resource's type and name", async () => {
    const start = startJourney({ program: program("unknown-type") });

    await expect(start).rejects.toThrow(/news[\s\S]*the laptop cloud cannot create aws:kinesis\/stream:Stream/);
  });

  it("is refused by the property's name and its resource's", async () => {
    const start = startJourney({ program: program("unknown-property") });

    await expect(start).rejects.toThrow(
      /parcels[\s\S]*property kmsDataKeyReusePeriodSeconds is unknown to the laptop cloud/,
    );
  });
});
