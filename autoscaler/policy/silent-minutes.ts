/**
 * How many minutes in a row without a heartbeat make a controller silent: three. Neither the scheduler nor Lambda repeats a call
 * that failed, so that a minute is lost now and then; the next one's ticks make good for it. On a cloud whose minutes
 * are shorter the controller's process is no faster: there as many minutes as make up the time that a busy machine may
 * take for a new process, a slow tick and the lease of the run before.
 */
export function silentMinutes(minuteMilliseconds: number): number {
  return Math.max(fewestMinutes, Math.ceil(busyMachineMilliseconds / minuteMilliseconds));
}

const fewestMinutes = 3;
const busyMachineMilliseconds = 20_000;
