import type { CountKey, OwnerCounts } from "../owner-counts.ts";

interface Item {
  count: number;
  expiresAt: number;
  sequence?: number;
}

export interface MemoryCounts extends OwnerCounts {
  /** Calls so far, by method. */
  calls: Record<keyof OwnerCounts, number>;
  /** The count, or undefined if there is none. */
  peek(key: CountKey): number | undefined;
}

/** The owners table in memory. It passes the same contract test as the real one. */
export function createMemoryCounts(): MemoryCounts {
  const items = new Map<string, Item>();
  const calls = { add: 0, subtract: 0, read: 0, write: 0, remove: 0, list: 0 };
  const idOf = ({ owner, name }: CountKey) => `${owner} ${name}`;
  const peek = (key: CountKey) => items.get(idOf(key))?.count;
  return {
    calls,
    peek,
    async add(key, amount, { most, expiresAt }) {
      calls.add += 1;
      const count = peek(key) ?? 0;
      if (count + amount > most) return { added: false, count };
      items.set(idOf(key), { count: count + amount, expiresAt });
      return { added: true, count: count + amount };
    },
    async subtract(key, amount) {
      calls.subtract += 1;
      const item = items.get(idOf(key));
      if (item) item.count = Math.max(0, item.count - amount);
    },
    async read(key) {
      calls.read += 1;
      return peek(key) ?? 0;
    },
    async write(key, count, { sequence, expiresAt }) {
      calls.write += 1;
      const item = items.get(idOf(key));
      if (item?.sequence === undefined || item.sequence < sequence)
        items.set(idOf(key), { count, expiresAt, sequence });
    },
    async remove(key) {
      calls.remove += 1;
      items.delete(idOf(key));
    },
    async list(owner, prefix, nowSeconds) {
      calls.list += 1;
      return [...items]
        .filter(([id, { expiresAt }]) => id.startsWith(`${owner} ${prefix}`) && expiresAt > nowSeconds)
        .map(([id, { count }]) => ({ name: id.slice(owner.length + 1), count }));
    },
  };
}
