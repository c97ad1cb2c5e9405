import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";

/** Waits for a call, but not for ever. @throws AppError `too-late`; what becomes of the call then is not known. */
export function within<Value>(clock: Clock, milliseconds: number, call: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(milliseconds, () =>
    late.reject(new AppError("too-late", `Expected an answer within ${milliseconds} ms; none came.`)),
  );
  return Promise.race([call, late.promise]).finally(cancel);
}
