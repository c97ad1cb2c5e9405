import type { Question, Questions } from "./tree.ts";

/** A question with its choices and how to find out. */
export function formatQuestion(name: string, question: Question): string {
  const choices = question.kind === "number" ? [] : Object.entries(question.choices);
  const width = Math.max(0, ...choices.map(([choice]) => choice.length));
  const several = question.kind === "several" ? " (one or several)" : "";
  return [
    `--${name}: ${question.ask}${several}`,
    ...choices.map(([choice, text]) => `    ${choice.padEnd(width)}  ${text}`),
    `    How to find out: ${question.hint}`,
  ].join("\n");
}

/** The output for a command line without an answer: the question or the contradiction, and the questions that may follow. */
export function formatAsked(
  {
    question,
    contradiction,
    mayFollow,
  }: { question: string; contradiction: string | undefined; mayFollow: readonly string[] },
  questions: Questions,
): string {
  const asked = questions[question];
  if (asked === undefined) throw new RangeError(`expected a known question; came ${question}`);
  const reason =
    contradiction === undefined ? "An answer is missing." : `The answers contradict each other: ${contradiction}.`;
  const follow =
    mayFollow.length === 0 ? [] : ["", "Also missing; some of these need no answer, depending on the others:"];
  follow.push(...mayFollow.map((name) => `  --${name}: ${questions[name]?.ask ?? ""}`));
  return [reason, "", formatQuestion(question, asked), ...follow].join("\n");
}
