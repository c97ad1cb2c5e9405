import { createRequire } from "node:module";

// Node and Vitest disagree about the default export of this CommonJS package.
const { default: Tree }: typeof import("sorted-btree") = createRequire(import.meta.url)("sorted-btree");

/** An entry of a priority queue, which its owner keeps to remove it early. */
export interface HeapEntry<T> {
  readonly key: number;
  readonly value: T;
  /** Entries with equal keys leave in the order of insertion. */
  readonly order: number;
}

/** A priority queue by ascending key. Adding and removing any entry take logarithmic time. */
export class Heap<T> {
  readonly #entries = new Tree<HeapEntry<T>, undefined>(
    undefined,
    (one, other) => one.key - other.key || one.order - other.order,
  );
  #added = 0;

  get size(): number {
    return this.#entries.size;
  }

  get first(): HeapEntry<T> | undefined {
    return this.#entries.minKey();
  }

  add(key: number, value: T): HeapEntry<T> {
    const entry = { key, value, order: this.#added++ };
    this.#entries.set(entry, undefined);
    return entry;
  }

  remove(entry: HeapEntry<T>): void {
    if (!this.#entries.delete(entry)) throw new Error("The entry is not in this heap.");
  }
}
