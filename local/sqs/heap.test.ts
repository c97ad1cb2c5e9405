import fc from "fast-check";
import { expect, test } from "vitest";
import { Heap } from "./heap.ts";

test("gives values back by key, equal keys in the order in which they came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (keys) => {
      const heap = new Heap<number>();
      for (const [index, key] of keys.entries()) heap.add(key, index);

      const taken = takeAll(heap);

      expect(taken).toEqual(keys.map((key, value) => ({ key, value })).sort((a, b) => a.key - b.key));
    }),
  );
});

test("stays in order when values are taken out from anywhere", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ key: fc.integer(), isTakenOut: fc.boolean() })), (items) => {
      const heap = new Heap<number>();
      const entries = items.map(({ key }, index) => heap.add(key, index));

      items.forEach((item, index) => {
        const entry = entries[index];
        if (item.isTakenOut && entry) heap.remove(entry);
      });

      const left = items.filter((item) => !item.isTakenOut).map((item) => item.key);
      expect(takeAll(heap).map(({ key }) => key)).toEqual(left.sort((a, b) => a - b));
    }),
  );
});

test("refuses to take the same value out twice", () => {
  const heap = new Heap<string>();
  const entry = heap.add(1, "one");
  heap.add(2, "two");
  heap.remove(entry);

  expect(() => heap.remove(entry)).toThrow("not in this heap");
});

function takeAll<T>(heap: Heap<T>): { key: number; value: T }[] {
  const taken: { key: number; value: T }[] = [];
  for (let first = heap.first; first; first = heap.first) {
    heap.remove(first);
    taken.push({ key: first.key, value: first.value });
  }
  return taken;
}
