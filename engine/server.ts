import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { asError } from "../runtime/errors.ts";
import { engineServices, resourceServices } from "./protocol.ts";

/** Serves the program's SDK on a free local port. `close` cuts every connection. */
export async function startServer(
  monitor: UntypedServiceImplementation,
  engine: UntypedServiceImplementation,
): Promise<{ address: string; close: () => Promise<void> }> {
  // No limit, because one message may contain a whole bundle as text. The SDK's own limit is 400 MB.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(resourceServices.ResourceMonitorService, monitor);
  server.addService(engineServices.EngineService, engine);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      server.forceShutdown();
      return new Promise((resolve) => server.tryShutdown(() => resolve()));
    },
  };
}

/** Makes gRPC handlers of functions. An error goes to `onFailure`, and its message to the caller. */
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
