/**
 * Loaded into the program's process before the program. Exits when the engine's process has ended in any way. A broken
 * gRPC connection does not end a program that waits for something else.
 */
process.on("disconnect", () => process.exit(1));
// The listener must not keep a finished program alive.
process.channel?.unref();
