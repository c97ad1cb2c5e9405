import { type handleUnaryCall, status } from "@grpc/grpc-js";
import { asError } from "../runtime/errors.ts";

/** Makes gRPC handlers of plain functions; what one throws goes to `onFailure` and, as text, to the caller. */
export function answerer(onFailure: (failure: Error) => void) {
  return <Request, Response>(answer: (request: Request) => Response | Promise<Response>) => {
    const handle: handleUnaryCall<Request, Response> = async (call, callback) => {
      try {
        callback(null, await answer(call.request));
      } catch (thrown) {
        const failure = asError(thrown);
        onFailure(failure);
        callback({ code: status.UNKNOWN, details: failure.message });
      }
    };
    return handle;
  };
}
