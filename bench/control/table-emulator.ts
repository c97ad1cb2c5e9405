import dynalite from "dynalite";

/* DynamoDB in a process of its own, so that its time is not counted as the controller's. Sends its port to its parent. */
const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "string" || address === null) throw new Error(`expected a port, got ${address}`);
  process.send?.(address.port);
});
process.on("disconnect", () => process.exit(0));
