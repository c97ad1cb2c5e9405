import fc from "fast-check";
import { expect, it } from "vitest";
import { Completions } from "./completions.ts";

it("gives jobs back by when they end, whatever was put in, taken out and replaced between", () => {
  const anyStep = fc.record({ kind: fc.constantFrom("push", "push", "pop", "replace"), end: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 300 }), (steps) => {
      const heap = new Completions();
      const ends = new Map<number, number>();
      for (const [job, { kind, end }] of steps.entries()) {
        if (kind !== "push" && heap.size > 0) ends.delete(heap.nextJob);
        if (kind === "push") heap.push(end, job);
        else if (heap.size === 0) continue;
        else if (kind === "pop") heap.pop();
        else heap.replace(end, job);
        if (kind !== "pop") ends.set(job, end);

        expect(heap.size).toBe(ends.size);
        expect(heap.nextEnd).toBe(Math.min(...ends.values()));
        if (ends.size > 0) expect(ends.get(heap.nextJob)).toBe(heap.nextEnd);
      }
    }),
  );
});
