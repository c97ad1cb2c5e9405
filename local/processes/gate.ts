import type { Writable } from "node:stream";

/** The descriptor on which a gated process waits, after the usual three. */
export const gateDescriptor = 3;

/**
 * The command behind a gate: a shell that waits for a line and then becomes the command. When the cloud dies before it has
 * opened the gate, and so before anybody knew of the process, the wait ends and the command never runs.
 */
export function gated(command: string[], environment: Record<string, string>): string[] {
  // Windows has no such shell; there a process may outlive a cloud that is killed in the moment of its start.
  if (process.platform === "win32") return command;
  const invented = shellsOwn.filter((name) => !(name in environment));
  const script = [
    `read -r sluice_gate <&${gateDescriptor} || exit ${neverOpened}`,
    `exec ${gateDescriptor}<&-`,
    // Taken away from outside: bash sets some of them anew in the moment in which it becomes another program.
    `exec /usr/bin/env ${invented.map((name) => `-u ${name}`).join(" ")} "$@"`,
  ];
  return ["/bin/sh", "-c", script.join("; "), "sh", ...command];
}

/** Lets the command run. */
export function openGate(gate: Writable): void {
  gate.end("open\n", () => gate.destroy());
}

/** Variables that shells add to an environment. */
const shellsOwn = ["PWD", "OLDPWD", "SHLVL", "_"];

/** What docker answers for a container that it could not start. */
const neverOpened = 125;
