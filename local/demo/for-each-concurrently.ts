/** Does `work` for every item, at most `atOnce` at a time, in order; after a failure nothing new begins. */
export async function forEachConcurrently<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  let hasFailed = false;

  async function takeTurns(): Promise<void> {
    for (const [index, item] of waiting) {
      if (hasFailed) return;
      await work(item, index).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  }

  const turns = await Promise.allSettled(Array.from({ length: atOnce }, takeTurns));
  const failed = turns.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
