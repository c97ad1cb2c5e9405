import type { Room } from "./size.ts";

/** A container instance: it boots, takes tasks while `registered` and none while `draining`; once it leaves, it is soon gone. */
export interface Instance {
  id: string;
  availabilityZone: string;
  room: Room;
  state: "booting" | "registered" | "draining";
  launchedAt: number;
  /** When the agent registers with the cluster. */
  registersAt: number;
  /** Why it is draining, and when it is gone whatever still runs on it; whoever ends it by hand scales in. */
  leaves?: { reason: "scale-in" | "spot"; at: number };
  /** Scale-in protection of the Auto Scaling group. */
  isProtected: boolean;
}
