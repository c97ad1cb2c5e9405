/** An entry of a heap, which its owner keeps to remove it early. */
export interface HeapEntry<T> {
  readonly key: number;
  readonly value: T;
  /** Entries with equal keys leave in the order of insertion. */
  readonly order: number;
  index: number;
}

/** A priority queue by ascending key. Adding and removing any entry take logarithmic time. */
export class Heap<T> {
  #entries: HeapEntry<T>[] = [];
  #added = 0;

  get size(): number {
    return this.#entries.length;
  }

  get first(): HeapEntry<T> | undefined {
    return this.#entries[0];
  }

  add(key: number, value: T): HeapEntry<T> {
    const entry = { key, value, order: this.#added++, index: this.#entries.length };
    this.#entries.push(entry);
    this.#moveUp(entry);
    return entry;
  }

  remove(entry: HeapEntry<T>): void {
    if (this.#entries[entry.index] !== entry) throw new Error("The entry is not in this heap.");
    const last = this.#entries.pop();
    if (!last || last === entry) return;
    this.#set(entry.index, last);
    this.#moveUp(last);
    this.#moveDown(last);
  }

  #moveUp(entry: HeapEntry<T>): void {
    while (entry.index > 0) {
      const parent = this.#entries[(entry.index - 1) >> 1];
      if (!parent || !isBefore(entry, parent)) return;
      this.#swap(entry, parent);
    }
  }

  #moveDown(entry: HeapEntry<T>): void {
    for (;;) {
      const left = this.#entries[2 * entry.index + 1];
      const right = this.#entries[2 * entry.index + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, entry)) return;
      this.#swap(entry, child);
    }
  }

  #swap(one: HeapEntry<T>, other: HeapEntry<T>): void {
    const index = one.index;
    this.#set(other.index, one);
    this.#set(index, other);
  }

  #set(index: number, entry: HeapEntry<T>): void {
    this.#entries[index] = entry;
    entry.index = index;
  }
}

function isBefore<T>(one: HeapEntry<T>, other: HeapEntry<T>): boolean {
  return one.key < other.key || (one.key === other.key && one.order < other.order);
}
