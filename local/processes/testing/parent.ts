/**
 * A cloud for tests to kill: claims the folder, starts processes that are hard to end, and prints their ids as JSON
 * lines. SIGTERM closes it in order.
 */
import { systemClock } from "../../../runtime/clock.ts";
import { Processes } from "../processes.ts";
import { claimRunFolder } from "../run-folder.ts";

const scripts = {
  deaf: 'trap "" TERM INT HUP; echo here; while :; do sleep 1; done',
  stopped: "echo here; kill -STOP $$; while :; do sleep 1; done",
  parent: 'sh -c "trap \\"\\" TERM; echo \\$\\$; while :; do sleep 1; done" & wait',
};

const runFolder = await claimRunFolder(process.argv[2] ?? "");
const processes = new Processes({
  runFolder,
  clock: systemClock,
  onEvent: (event) => say({ event, reaper: processes.reaperPid }),
});
const firstLines = Object.values(scripts).map(
  (script) =>
    new Promise<string>((resolve) => {
      processes.spawn({
        command: ["sh", "-c", script],
        directory: ".",
        environment: { PATH: process.env.PATH ?? "" },
        onLine: resolve,
      });
    }),
);

process.once("SIGTERM", async () => {
  await processes.close();
  await runFolder.release();
});

const grandchild = Number((await Promise.all(firstLines))[2]);
say({ pids: [...processes.pids, grandchild], reaper: processes.reaperPid });

function say(content: object): void {
  process.stdout.write(`${JSON.stringify(content)}\n`);
}
