/** Names inside the jobs table that `infra/` declares and the store writes. */
export const jobsTable = {
  hashKey: "jobKey",
  /** Jobs by state, spread over shards so that a burst of one state does not meet one partition. */
  stateIndex: "byState",
  stateIndexHashKey: "stateShard",
  stateIndexRangeKey: "stateSince",
  stateShards: 16,
  /** An owner's jobs by age, over as many shards: one owner may send a whole burst. docs/decisions/0010-lists.md */
  ownerIndex: "byOwner",
  ownerIndexHashKey: "ownerShard",
  ownerIndexRangeKey: "createdPosition",
  /** What a list can be filtered by without reading the jobs themselves. */
  ownerIndexAttributes: ["state", "type"],
  ownerShards: 16,
  /** Epoch seconds; set on finished jobs only. */
  expiryAttribute: "expiresAt",
} as const;

/** First path segment of an object's key in the artifacts bucket. */
export const objectPrefixes = { payloads: "payloads", results: "results", uploads: "uploads" } as const;
