import { failed, type InvokeResult } from "./invoke-result.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; AWS allows the answer a little more. */
const mostEventBytes = 6_291_456;
const mostResponseBytes = 6_291_556;

/** The failure that stands for an event too large to be delivered. */
export function refuseEvent(event: string): InvokeResult | undefined {
  if (Buffer.byteLength(event) <= mostEventBytes) return undefined;
  const limit = `Request must be smaller than ${mostEventBytes} bytes for the InvokeFunction operation`;
  return failed("RequestTooLargeException", limit);
}

/** The failure that takes the place of a result too large to be handed over. */
export function refuseResponse(result: string): InvokeResult | undefined {
  if (Buffer.byteLength(result) <= mostResponseBytes) return undefined;
  const limit = `Response payload size exceeded maximum allowed payload size (${mostResponseBytes} bytes).`;
  return failed("Function.ResponseSizeTooLarge", limit);
}
