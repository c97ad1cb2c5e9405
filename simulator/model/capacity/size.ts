/** What a task asks for; 1,024 CPU units are one vCPU. */
export interface Size {
  cpuUnits: number;
  memoryMebibytes: number;
}

/** What an instance offers; a slot is whatever else one task needs one of (a network interface, a port, a GPU). */
export interface Room extends Size {
  slots: number;
}

/** True when one more task of this size goes into the room. */
export function fits(size: Size, room: Room): boolean {
  return size.cpuUnits <= room.cpuUnits && size.memoryMebibytes <= room.memoryMebibytes && room.slots >= 1;
}

/** What is left of the room after one more task of this size. */
export function take(room: Room, size: Size): Room {
  return {
    cpuUnits: room.cpuUnits - size.cpuUnits,
    memoryMebibytes: room.memoryMebibytes - size.memoryMebibytes,
    slots: room.slots - 1,
  };
}
