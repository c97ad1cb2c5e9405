/** A question with the name of its flag as its key. */
export type Question = {
  ask: string;
  /** How someone who does not know can find out. */
  hint: string;
} & (
  | { kind: "choice" | "several"; choices: Readonly<Record<string, string>> }
  | { kind: "number"; least: number; most: number; isWhole?: boolean }
);

export type Questions = Readonly<Record<string, Question>>;

/** A text for a choice, a list for several, else a number. Undefined: unknown. */
export type Answer = string | number | readonly string[];

export type Answers = Readonly<Record<string, Answer | undefined>>;

export type Condition = { is: string } | { has: string } | { atMost: number } | { below: number };

/** A decision tree as data. The first branch whose condition holds is taken; one without a condition always holds. */
export type Tree = { leaf: string } | { question: string; branches: readonly Branch[] };

export interface Branch {
  if?: Condition;
  to: Tree;
}

/** A question instead of a guess: its answer is missing, or contradicts another one. */
export interface Asked {
  kind: "question";
  question: string;
  /** The contradiction; undefined if the answer is just missing. */
  contradiction: string | undefined;
  /** Further questions without an answer. */
  mayFollow: readonly string[];
}

export interface Walked {
  /** The questions on the way, each once. */
  asked: readonly string[];
  /** A leaf, or the question that has no answer yet with those that may follow it. */
  end: { leaf: string } | { question: string; mayFollow: readonly string[] };
}

/** Follows the answers down the tree as far as they reach. */
export function walk(tree: Tree, answers: Answers): Walked {
  const asked = new Set<string>();
  let at = tree;
  while ("question" in at) {
    const { question, branches } = at;
    const answer = answers[question];
    if (answer === undefined) {
      const mayFollow = questionsOf(at).filter((name) => name !== question && answers[name] === undefined);
      return { asked: [...asked], end: { question, mayFollow } };
    }
    asked.add(question);
    const branch = branches.find((each) => each.if === undefined || holds(each.if, answer));
    if (branch === undefined) throw new RangeError(`expected a branch of ${question} for ${JSON.stringify(answer)}`);
    at = branch.to;
  }
  return { asked: [...asked], end: { leaf: at.leaf } };
}

function holds(condition: Condition, answer: Answer): boolean {
  if ("is" in condition) return answer === condition.is;
  if ("has" in condition) return Array.isArray(answer) && answer.includes(condition.has);
  return typeof answer === "number" && ("atMost" in condition ? answer <= condition.atMost : answer < condition.below);
}

/** All questions of a tree, in the order in which they come. */
export function questionsOf(tree: Tree): string[] {
  if ("leaf" in tree) return [];
  return [...new Set([tree.question, ...tree.branches.flatMap(({ to }) => questionsOf(to))])];
}

export function leavesOf(tree: Tree): string[] {
  return "leaf" in tree ? [tree.leaf] : [...new Set(tree.branches.flatMap(({ to }) => leavesOf(to)))];
}
