import { type Limit, limitsMet } from "./compute-limits.ts";
import {
  type Compute,
  type ComputeLeaf,
  type ComputeLeafName,
  computeLeaves,
  computeNames,
  computeTree,
} from "./compute-tree.ts";
import { type Answers, type Asked, walk } from "./tree.ts";

export interface ComputeAdvice {
  kind: "advice";
  leaf: ComputeLeafName;
  compute: Compute;
  ruledOut: readonly Limit[];
}

/** Chooses a compute, or asks. */
export function adviseCompute(answers: Answers): ComputeAdvice | Asked {
  const contradiction = findContradiction(answers);
  if (contradiction) return { kind: "question", mayFollow: [], ...contradiction };
  const { end } = walk(computeTree, answers);
  if ("question" in end) return { kind: "question", contradiction: undefined, ...end };
  const name = end.leaf as ComputeLeafName;
  return chooseAmong(name, answers);
}

function chooseAmong(name: ComputeLeafName, answers: Answers): ComputeAdvice | Asked {
  const leaf: ComputeLeaf = computeLeaves[name];
  const ruledOut = limitsMet(answers);
  const possible = leaf.computes.filter((each) => !ruledOut.some(({ compute }) => compute === each));
  const manages = answers["manage-instances"];
  const ask = { kind: "question", question: "manage-instances", mayFollow: [] } as const;
  if (possible.length > 1 && manages === undefined) return { ...ask, contradiction: undefined };
  const compute = possible.length > 1 ? (manages === "yes" ? "ec2" : "fargate") : possible[0];
  if (compute === undefined) return contradictLimit(leaf, ruledOut, answers);
  const hasInstances = compute === "ec2" || compute === "instances";
  if (hasInstances && manages === "no") {
    return {
      ...ask,
      contradiction: `--manage-instances says no, but the other answers lead to ${computeNames[compute]}`,
    };
  }
  return { kind: "advice", leaf: name, compute, ruledOut };
}

/** Limits rule out every compute of the leaf, by an answer that the tree did not ask for. Asks the question of the first limit again. */
function contradictLimit(leaf: ComputeLeaf, ruledOut: readonly Limit[], answers: Answers): Asked {
  const limit = ruledOut.find(({ compute }) => leaf.computes.includes(compute));
  if (limit === undefined) throw new RangeError(`expected a limit that rules out ${leaf.choice}`);
  return {
    kind: "question",
    question: limit.question,
    mayFollow: [],
    contradiction: `--${limit.question} says ${answers[limit.question]}, but the other answers lead to ${leaf.choice}, which it rules out: ${limit.text.replace(/\.$/, "")}`,
  };
}

type Contradiction = { question: string; contradiction: string };

/** Returns the first contradiction between answers, and the question to ask again. */
function findContradiction(answers: Answers): Contradiction | undefined {
  const { needs, cost } = answers;
  const longest = answers["longest-minutes"];
  const typical = answers["typical-seconds"];
  const other = Array.isArray(needs) && needs.includes("none") ? needs.find((need) => need !== "none") : undefined;
  if (other !== undefined) {
    return { question: "needs", contradiction: `--needs says both none and ${other}` };
  }
  if (typeof longest === "number" && typeof typical === "number" && typical > longest * 60) {
    return {
      question: "longest-minutes",
      contradiction: `--typical-seconds says ${typical}, which is more than the ${longest} minutes of --longest-minutes`,
    };
  }
  if (cost === "decides" && answers["manage-instances"] === "no" && answers.load === "steady") {
    return {
      question: "cost",
      contradiction:
        "--cost says that the price decides and --manage-instances says no, but for a steady load EC2 instances cost least",
    };
  }
  return undefined;
}
