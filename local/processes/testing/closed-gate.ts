/** A cloud to be killed in the moment in which a process of its exists and nobody has been told of it yet. */
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
