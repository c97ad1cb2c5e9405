/**
 * Minutes in a row without a heartbeat after which the controller counts as silent: three. Scheduler and Lambda do not retry a
 * failed invocation, so one missing minute is no outage. With minutes shorter than AWS's, as on the laptop, the controller's
 * process is no faster: then it takes as many minutes as make up 20 seconds, enough on a busy machine for a new process, a slow
 * tick and the lease of the previous run.
 */
export function silentMinutes(minuteMilliseconds: number): number {
  return Math.max(fewestMinutes, Math.ceil(busyMachineMilliseconds / minuteMilliseconds));
}

const fewestMinutes = 3;
const busyMachineMilliseconds = 20_000;
