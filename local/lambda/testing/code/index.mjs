import { connect } from "node:net";

let calls = 0;

const doings = {
  echo: ({ value }) => value,
  count: () => ({ calls, pid: process.pid }),
  context: (_event, { getRemainingTimeInMillis, ...context }) => ({
    ...context,
    remaining: getRemainingTimeInMillis(),
  }),
  variables: () => process.env,
  heap: async () => (await import("node:v8")).getHeapStatistics().heap_size_limit,
  say: ({ text }) => console.log(text),
  /** Says where it is and waits until it is let go. */
  meet: ({ port, value }) =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(`${process.pid}\n`));
      socket.once("data", () => socket.end(() => resolve({ value, calls, pid: process.pid })));
    }),
  throw: ({ message }) => {
    throw new TypeError(message);
  },
  throwText: ({ message }) => Promise.reject(message),
  exit: ({ code }) => process.exit(code),
  rejectAside: () => {
    void Promise.reject(new Error("forgotten"));
    return new Promise(() => {});
  },
  throwAside: () => {
    setImmediate(() => {
      throw new RangeError("out of sight");
    });
    return new Promise(() => {});
  },
  unserializable: () => 1n,
  large: ({ length }) => "x".repeat(length),
};

export function handler(event, context) {
  calls++;
  return doings[event.do](event, context);
}

export const noFunction = 1;
