/** What decides how many tasks there are: it falls due now and then, and moves the fleet. Times are milliseconds. */
export interface Control {
  nextDueAt(): number;
  step(now: number): void;
  /** How often each scaling policy of Application Auto Scaling has moved the count. */
  readonly moves: ReadonlyMap<string, number>;
}
