import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface Meeting {
  /** An event whose handler connects to the meeting and waits. */
  event(value?: unknown): object;
  /** Resolves with the ids of the waiting processes, once there are that many. */
  arrived(count: number): Promise<number[]>;
  /** Releases all present and future waiting handlers. */
  letGo(): void;
  close(): Promise<void>;
}

/** A socket to which handlers connect and wait, so that a test knows that several run at the same time. */
export async function openMeeting(): Promise<Meeting> {
  const waiting = new Map<Socket, number>();
  let isOpen = false;
  let onArrival = () => {};
  const server = createServer((socket) => {
    // The socket of a killed process fails.
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
