/** Resources that a task asks for; 1,024 CPU units are one vCPU. */
export interface Size {
  cpuUnits: number;
  memoryMebibytes: number;
  /** Absent: none. */
  gpus?: number;
}

/** Resources of an instance. A slot stands for anything else of which each task needs one: a network interface, a port. */
export interface Room extends Size {
  slots: number;
}

/** A container instance. It takes tasks while `registered`. */
export interface Instance {
  id: string;
  availabilityZone: string;
  readonly room: Readonly<Room>;
  /** Resources that its tasks leave free; tasks from `pending` to `stopping` count. */
  readonly free: Room;
  /** How many tasks hold room here. */
  tasks: number;
  state: "booting" | "registered" | "draining";
  launchedAt: number;
  /** When the agent registers with the cluster. */
  registersAt: number;
  /** Set once the instance is to end: at `at` at the latest, whatever still runs on it. */
  leaves: { reason: "scale-in" | "spot"; at: number } | undefined;
  /** Scale-in protection of the Auto Scaling group. */
  isProtected: boolean;
  isGone: boolean;
}

/** True when one more task of this size goes into the room. */
export function fits(size: Size, room: Room): boolean {
  return (
    size.cpuUnits <= room.cpuUnits &&
    size.memoryMebibytes <= room.memoryMebibytes &&
    room.slots >= 1 &&
    (size.gpus === undefined || size.gpus <= (room.gpus ?? 0))
  );
}

/** Takes the room of one task, or gives it back. */
export function takeRoom({ free }: Pick<Instance, "free">, size: Size, sign: 1 | -1 = 1): void {
  free.cpuUnits -= sign * size.cpuUnits;
  free.memoryMebibytes -= sign * size.memoryMebibytes;
  free.slots -= sign;
  if (size.gpus !== undefined) free.gpus = (free.gpus ?? 0) - sign * size.gpus;
}
