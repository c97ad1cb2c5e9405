import type { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { readItems } from "./read-items.ts";

type Requested = NonNullable<BatchGetCommand["input"]["RequestItems"]>[string];

/** A table that answers with so many items at once, and leaves the rest unprocessed. */
function tableOf(mostAtOnce: number) {
  const asked: number[] = [];
  const client = {
    async send({ input }: BatchGetCommand) {
      const { Keys = [], ...rest } = (input.RequestItems?.jobs ?? {}) as Requested;
      asked.push(Keys.length);
      const left = Keys.slice(mostAtOnce);
      return {
        Responses: { jobs: Keys.slice(0, mostAtOnce) },
        UnprocessedKeys: left.length > 0 ? { jobs: { ...rest, Keys: left } } : {},
      };
    },
  };
  return { asked, table: { client: client as never, tableName: "jobs" } };
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => `alice/job-${index}`);

it("asks for at most 100 keys at once, and for nothing without keys", async () => {
  const { asked, table } = tableOf(100);

  const items = await readItems(table, keys(250));
  const none = await readItems(table, []);

  expect([...items.keys()]).toEqual(keys(250));
  expect(none.size).toBe(0);
  expect(asked).toEqual([100, 100, 50]);
});

it("asks again for what an answer left out", async () => {
  const { asked, table } = tableOf(40);

  const items = await readItems(table, keys(120));

  expect([...items.keys()]).toEqual(keys(120));
  expect(asked).toEqual([100, 60, 20, 20]);
});

it("gives up on items that are left out again and again", async () => {
  const { asked, table } = tableOf(0);

  await expect(readItems(table, keys(3))).rejects.toMatchObject({ code: "throttled" });

  expect(asked).toEqual([3, 3, 3, 3, 3]);
});
