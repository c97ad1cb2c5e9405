/**
 * Loaded into the program's process before the program: ends it when the engine is gone, however that ended. The broken
 * connection alone would not do, because a program may wait for something else.
 */
process.on("disconnect", () => process.exit(1));
// Listening must not keep a program alive that has come to its end.
process.channel?.unref();
