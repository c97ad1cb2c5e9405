import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface Meeting {
  /** The event that makes a handler come here and wait. */
  event(value?: unknown): object;
  /** Resolves with the processes that wait, once there are so many. */
  arrived(count: number): Promise<number[]>;
  /** Lets all that have come, and all that are still to come, go on. */
  letGo(): void;
  close(): Promise<void>;
}

/** A place where handlers say that they are at work, and wait: two that are there at once do run at once. */
export async function openMeeting(): Promise<Meeting> {
  const waiting = new Map<Socket, number>();
  let isOpen = false;
  let onArrival = () => {};
  const server = createServer((socket) => {
    // One whose process is killed is cut off.
    socket.on("error", () => {});
    socket.on("close", () => waiting.delete(socket));
    socket.once("data", (pid) => {
      waiting.set(socket, Number(pid));
      if (isOpen) socket.write("go\n");
      onArrival();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    event: (value) => ({ do: "meet", port: (server.address() as AddressInfo).port, value }),
    arrived: (count) =>
      new Promise((resolve) => {
        onArrival = () => {
          if (waiting.size >= count) resolve([...waiting.values()]);
        };
        onArrival();
      }),
    letGo() {
      isOpen = true;
      for (const socket of waiting.keys()) socket.write("go\n");
    },
    async close() {
      for (const socket of waiting.keys()) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
