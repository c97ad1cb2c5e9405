/** Does the work for each item, for so many of them at a time, and begins them in order; after a failure nothing new begins. */
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
