import type { Writable } from "node:stream";

/** The file descriptor on which a gated process waits. */
export const gateDescriptor = 3;

/**
 * Wraps a command in a shell that waits for a line and then executes the command. If the cloud dies before it has
 * registered the process and opened the gate, the wait ends and the command never runs.
 */
export function gated(command: string[], environment: Record<string, string>): string[] {
  // Windows has no such shell. There a process may outlive a cloud that is killed while starting it.
  if (process.platform === "win32") return command;
  const invented = shellsOwn.filter((name) => !(name in environment));
  const script = [
    `read -r sluice_gate <&${gateDescriptor} || exit ${neverOpened}`,
    `exec ${gateDescriptor}<&-`,
    // `env` removes these variables, because bash sets some of them again on exec.
    `exec /usr/bin/env ${invented.map((name) => `-u ${name}`).join(" ")} "$@"`,
  ];
  return ["/bin/sh", "-c", script.join("; "), "sh", ...command];
}

/** Lets the command run. */
export function openGate(gate: Writable): void {
  gate.end("open\n", () => gate.destroy());
}

/** Variables that shells add to the environment. */
const shellsOwn = ["PWD", "OLDPWD", "SHLVL", "_"];

/** Docker's exit code for a container that could not start. */
const neverOpened = 125;
