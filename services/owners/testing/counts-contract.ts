import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { OwnerCounts } from "../owner-counts.ts";

/** The contract of the counts, for the table and for the fake. */
export function countsContract(open: () => OwnerCounts): void {
  const prepare = () => ({ counts: open(), key: { owner: randomUUID(), name: "waiting" } });
  const upTo = (most: number) => ({ most, expiresAt: 2_000 });

  it("adds up to the limit, and returns the count in either case", async () => {
    const { counts, key } = prepare();

    expect(await counts.add(key, 3, upTo(5))).toEqual({ added: true, count: 3 });
    expect(await counts.add(key, 3, upTo(5))).toEqual({ added: false, count: 3 });
    expect(await counts.add(key, 2, upTo(5))).toEqual({ added: true, count: 5 });
    expect(await counts.read(key)).toBe(5);
  });

  it("does not create a count above the limit", async () => {
    const { counts, key } = prepare();

    expect(await counts.add(key, 6, upTo(5))).toEqual({ added: false, count: 0 });
    expect(await counts.list(key.owner, "", 1_000)).toEqual([]);
  });

  it("admits as many of parallel additions as have room", async () => {
    const { counts, key } = prepare();

    const additions = await Promise.all(Array.from({ length: 10 }, () => counts.add(key, 1, upTo(4))));

    expect(additions.filter(({ added }) => added)).toHaveLength(4);
    expect(await counts.read(key)).toBe(4);
  });

  it("subtracts down to zero, and creates no count", async () => {
    const { counts, key } = prepare();
    await counts.add(key, 5, upTo(5));

    await counts.subtract(key, 3);
    expect(await counts.read(key)).toBe(2);
    await counts.subtract(key, 3);
    expect(await counts.read(key)).toBe(0);
    await counts.subtract({ ...key, name: "other" }, 1);
    expect(await counts.list(key.owner, "other", 1_000)).toEqual([]);
  });

  it("refuses a write that arrives after a later one", async () => {
    const { counts, key } = prepare();

    await counts.write(key, 2, { sequence: 2, expiresAt: 2_000 });
    await counts.write(key, 1, { sequence: 1, expiresAt: 2_000 });
    expect(await counts.read(key)).toBe(2);
    await counts.write(key, 3, { sequence: 3, expiresAt: 2_000 });
    expect(await counts.read(key)).toBe(3);
    await counts.remove(key);
    expect(await counts.read(key)).toBe(0);
  });

  it("lists an owner's unexpired counts with a prefix", async () => {
    const { counts, key } = prepare();
    const written = (expiresAt: number) => ({ sequence: 1, expiresAt });
    await counts.write({ ...key, name: "running/a" }, 1, written(1_001));
    await counts.write({ ...key, name: "running/b" }, 2, written(1_000));
    await counts.write({ ...key, name: "polls/a" }, 3, written(2_000));
    await counts.write({ owner: `${key.owner}-other`, name: "running/c" }, 4, written(2_000));

    expect(await counts.list(key.owner, "running/", 1_000)).toEqual([{ name: "running/a", count: 1 }]);
  });
}
