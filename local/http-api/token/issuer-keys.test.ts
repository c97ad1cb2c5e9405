import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../../runtime/clock.ts";
import { IssuerKeys } from "./issuer-keys.ts";

const issuer = "https://login.example.com/pool";
let clock: ManualClock;
let fetched: string[];
let published: string[];
let answer: (url: string) => unknown;
let keys: IssuerKeys;
beforeEach(() => {
  clock = new ManualClock(1_000_000);
  fetched = [];
  published = ["key-1"];
  answer = (url) =>
    url.endsWith("openid-configuration")
      ? { issuer, jwks_uri: "https://login.example.com/keys" }
      : { keys: published.map((kid) => ({ kty: "RSA", kid })) };
  keys = new IssuerKeys(issuer, clock, async (url) => {
    fetched.push(url);
    return answer(url);
  });
});

describe("an issuer's keys", () => {
  it("are found by the issuer's own description, once for all who ask at the same time", async () => {
    const found = await Promise.all([keys.find("key-1"), keys.find("key-1"), keys.find("key-2")]);

    expect(found).toEqual([{ kty: "RSA", kid: "key-1" }, { kty: "RSA", kid: "key-1" }, undefined]);
    expect(fetched).toEqual([`${issuer}/.well-known/openid-configuration`, "https://login.example.com/keys"]);
  });

  it("are asked for again for an unknown one, at most once a minute", async () => {
    await keys.find("key-1");
    published = ["key-1", "key-2"];

    expect(await keys.find("key-2")).toBeUndefined();
    await clock.advance(59_999);
    expect(await keys.find("key-2")).toBeUndefined();
    await clock.advance(1);
    expect(await keys.find("key-2")).toMatchObject({ kid: "key-2" });
    expect(fetched).toHaveLength(4);
  });

  it("are kept for two hours and no longer, so that a key taken back is one no more", async () => {
    await keys.find("key-1");
    published = [];

    await clock.advance(2 * 60 * 60_000 - 1);
    expect(await keys.find("key-1")).toBeDefined();
    await clock.advance(1);
    expect(await keys.find("key-1")).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ["does not answer", () => Promise.reject(new Error("down"))],
    [
      "speaks for another issuer",
      () => ({ issuer: "https://evil.example.com", jwks_uri: "https://evil.example.com/k" }),
    ],
    ["names no place for keys", () => ({ issuer, jwks_uri: "file:///etc/passwd" })],
  ])("are not had from one that %s, until it does", async (_name, broken) => {
    const sound = answer;
    answer = broken;

    await expect(keys.find("key-1")).rejects.toThrow();
    expect(await keys.find("key-1")).toBeUndefined();
    expect(fetched).toHaveLength(1);
    answer = sound;
    await clock.advance(1_000);
    expect(await keys.find("key-1")).toBeDefined();
  });
});
