import type { JobType } from "./job.ts";

/** Keys, indexes and shards of the jobs table, which `infra/` declares and the store uses. */
export const jobsTable = {
  hashKey: "jobKey",
  /** Jobs by state, in shards: a burst of jobs in one state spreads over partitions. */
  stateIndex: "byState",
  stateIndexHashKey: "stateShard",
  stateIndexRangeKey: "stateSince",
  stateShards: 16,
  /** Stands for the state in `stateShard` of a queued job that has no message yet, because it is due much later. */
  later: "later",
  /** Stands for the state in `stateShard` of a finished job whose events are not all published. */
  unpublished: "unpublished",
  /** An owner's jobs by age, in shards: a burst may come from one owner. docs/decisions/0010-lists.md */
  ownerIndex: "byOwner",
  ownerIndexHashKey: "ownerShard",
  ownerIndexRangeKey: "createdPosition",
  /** Attributes for filtering in the index, without reading the jobs. */
  ownerIndexAttributes: ["state", "type"],
  ownerShards: 16,
  /** Hash key of the item with the permits of a type. No job has it, because no owner is empty. */
  permitsKey: (type: JobType) => `/permits/${type}`,
  /** Prefix of the items that count the places of groups. No job's key begins with it. */
  groups: "#group/",
  /** Days that such an item is kept after its last place was taken. */
  groupDays: 400,
  /** Time to live, in seconds since the epoch. Only finished jobs have it. */
  expiryAttribute: "expiresAt",
} as const;

/** Prefixes of object keys in the artifacts bucket. `inputs` has the uploads that jobs use. */
export const objectPrefixes = {
  payloads: "payloads",
  results: "results",
  uploads: "uploads",
  inputs: "inputs",
} as const;
