import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { engineServices, resourceServices } from "./protocol.ts";

/** Serves the program's SDK on a free port of this machine, until `close` cuts every connection. */
export async function startServer(
  monitor: UntypedServiceImplementation,
  engine: UntypedServiceImplementation,
): Promise<{ address: string; close: () => Promise<void> }> {
  // A bundle may travel as text within one message, so there is no limit, as in the SDK's own 400 MB.
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
