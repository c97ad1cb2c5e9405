import { describe, expect, it } from "vitest";
import { noChange, type Proposal, propose } from "./proposal.ts";
import { chooseVote, type Vote } from "./several-policies.ts";

const quiet: Proposal = noChange("insufficient-data");
const to = (wanted: number): Proposal => propose(10, wanted);
const tracking = (policy: string, proposal: Proposal): Vote => ({
  policy,
  kind: "target-tracking",
  canScaleIn: true,
  proposal,
});
const outOnly = (policy: string, proposal: Proposal): Vote => ({
  policy,
  kind: "target-tracking",
  canScaleIn: false,
  proposal,
});
const step = (policy: string, proposal: Proposal): Vote => ({ policy, kind: "step", proposal });

describe("several policies [A] botocore PutScalingPolicy, [A23] target-tracking considerations", () => {
  it.each<[string, Vote[], string | undefined]>([
    ["none of them, none asking", [tracking("a", quiet), step("b", quiet)], undefined],
    ["the one that asks out, whoever is quiet", [tracking("a", quiet), tracking("b", to(12))], "b"],
    ["the one that asks out over one that asks in", [tracking("a", to(5)), tracking("b", to(11))], "b"],
    ["the largest that asks out", [tracking("a", to(12)), step("b", to(15)), tracking("c", to(13))], "b"],
    ["the largest that asks in, all agreeing", [tracking("a", to(3)), tracking("b", to(5))], "b"],
    ["none to go in while a tracking policy is not ready", [tracking("a", to(3)), tracking("b", quiet)], undefined],
    ["one to go in whatever those that never scale in say", [tracking("a", to(3)), outOnly("b", quiet)], "a"],
    ["a step to go in against a tracking policy not ready", [tracking("a", quiet), step("b", to(3))], "b"],
    [
      "a vetoed policy not even for its larger capacity",
      [tracking("a", to(8)), tracking("b", quiet), step("c", to(3))],
      "c",
    ],
    ["one to go in though a step policy is quiet", [tracking("a", to(3)), step("b", quiet)], "a"],
    ["the largest of step and tracking to go in", [tracking("a", to(3)), step("b", to(6))], "b"],
  ])("follow %s", (_, votes, expected) => {
    expect(chooseVote(votes)?.policy).toBe(expected);
    expect(chooseVote(votes.toReversed())?.policy).toBe(expected);
  });
});
