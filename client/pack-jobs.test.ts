import fc from "fast-check";
import { expect, it } from "vitest";
import { batchBody, packJobs } from "./pack-jobs.ts";

it("keeps all jobs in order, within both limits unless a single job exceeds one", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 60 })), (payloads) => {
      const jobs = payloads.map((payload, about) => ({ text: JSON.stringify(payload), about }));

      const batches = packJobs(jobs, { jobs: 5, bytes: 100 });

      expect(batches.flat()).toEqual(jobs);
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(5);
        if (batch.length > 1) expect(Buffer.byteLength(batchBody(batch))).toBeLessThanOrEqual(100);
        expect(JSON.parse(batchBody(batch)).jobs).toEqual(batch.map(({ about }) => payloads[about]));
      }
    }),
  );
});
