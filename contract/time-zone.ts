/** Time zone of a cron expression without one. */
export const defaultTimeZone = "UTC";

/** Tells if the time zone is known by name. Offsets such as +01:00 are refused, because they have no daylight saving time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    // RangeError: unknown to the time zone database of this Node.
    return false;
  }
}
