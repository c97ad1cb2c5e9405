/**
 * Works on the items in order, at most `most` at a time. After a failure it starts no further item and rejects once the
 * running ones end.
 */
export async function atMostAtOnce<Item>(
  most: number,
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let hasFailed = false;

  async function takeTurns(): Promise<void> {
    for (let next = rest.next(); !next.done && !hasFailed; next = rest.next()) {
      await work(next.value).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  }

  const turns = await Promise.allSettled(Array.from({ length: most }, takeTurns));
  const failed = turns.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
