/** A task's protection from being stopped by its service's scale-in. */
export interface Protection {
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html */
export const protectionMinutes = { least: 1, most: 2_880, unlessSaid: 120 };

/** The protection that begins now; one that was there before is forgotten, also if it would have lasted longer. */
export function protect(now: number, minutes: number = protectionMinutes.unlessSaid): Protection {
  return { expiresAt: now + minutes * 60_000 };
}

export function isProtected(protection: Protection | undefined, now: number): boolean {
  return protection !== undefined && now < protection.expiresAt;
}
