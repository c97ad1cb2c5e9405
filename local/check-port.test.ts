import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkPort } from "./check-port.ts";

const other = createServer();

beforeEach(async () => {
  await once(other.listen(0, "127.0.0.1"), "listening");
});

afterEach(() => {
  other.close();
});

describe("the API's port", () => {
  it("may be any that is free", async () => {
    await expect(checkPort(0)).resolves.toBeUndefined();
  });

  it("is refused when it is taken, with the flag that names another", async () => {
    const { port } = other.address() as AddressInfo;

    await expect(checkPort(port)).rejects.toThrow(
      new RegExp(`Expected port ${port} of 127.0.0.1 to be free for the API; it is in use.*npm start -- --port N`),
    );
  });

  it.runIf(process.platform === "linux")("is refused with the process that has it", async () => {
    const { port } = other.address() as AddressInfo;

    await expect(checkPort(port)).rejects.toThrow(`in use by process ${process.pid}, `);
  });

  it("is free again after the check", async () => {
    const { port } = other.address() as AddressInfo;
    other.close();
    await once(other, "close");

    await checkPort(port);

    await expect(checkPort(port)).resolves.toBeUndefined();
  });
});
