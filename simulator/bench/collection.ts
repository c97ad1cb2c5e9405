import type { Scenario } from "../replay/scenario.ts";

/** Lists that are judged together, and what the page says of them. */
export interface Collection {
  title: string;
  /** Where the lists come from and what their costs are compared with. */
  preface: string;
  lists: readonly BenchList[];
}

export interface BenchList {
  scenario: Scenario;
  /** Whose jobs these are, in a few words. */
  origin: string;
}
