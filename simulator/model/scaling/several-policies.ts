import type { Ask, Proposal } from "./proposal.ts";

/**
 * The one vote of several policies that is followed, if any: the largest capacity, in both directions.
 * Source: [A] botocore PutScalingPolicy; [A23] application-auto-scaling-target-tracking.md "Considerations".
 */
export function chooseVote(votes: readonly Vote[]): AskingVote | undefined {
  const asking = votes.filter(isAsking);
  const out = asking.filter((vote) => vote.proposal.asks === "out");
  if (out.length > 0) return largest(out);
  const isVetoed = votes.some((vote) => vote.kind === "target-tracking" && vote.canScaleIn && !isAsking(vote));
  return largest(isVetoed ? asking.filter((vote) => vote.kind === "step") : asking);
}

/** A policy's position at this moment. A step policy takes no part in the veto against scale-in. */
export type Vote =
  | { policy: string; kind: "target-tracking"; canScaleIn: boolean; proposal: Proposal }
  | { policy: string; kind: "step"; proposal: Proposal };

export type AskingVote = Vote & { proposal: Ask };

function isAsking(vote: Vote): vote is AskingVote {
  return vote.proposal.asks !== "nothing";
}

function largest(votes: readonly AskingVote[]): AskingVote | undefined {
  return votes.reduce<AskingVote | undefined>(
    (best, vote) => (best === undefined || vote.proposal.wanted > best.proposal.wanted ? vote : best),
    undefined,
  );
}
