import { systemClock } from "../clock.ts";

/** For emulators in a test's process. */
export const hotClientOptions = {
  region: "eu-central-1",
  credentials: async () => ({ accessKeyId: "test", secretAccessKey: "test" }),
  clock: systemClock,
  random: () => 0,
};
