/** A cloud for tests to kill while its process exists and is not yet registered. */
import { systemClock } from "../../../runtime/clock.ts";
import { spawnGroup } from "../spawn-group.ts";

spawnGroup(
  {
    command: ["touch", process.argv[2] ?? ""],
    directory: ".",
    environment: { PATH: process.env.PATH ?? "" },
    onLine: () => {},
  },
  {
    clock: systemClock,
    enter: (pid) => {
      process.stdout.write(`${JSON.stringify({ pids: [pid] })}\n`);
      return new Promise(() => {});
    },
  },
);
