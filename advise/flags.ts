import { choice, formatHelp, list, readChoice, text, toggle, value } from "../report/flag-kinds.ts";
import { type Flag, readCommandLine } from "../report/flags.ts";
import { computeQuestions, loadQuestions } from "./compute-questions.ts";
import { messagingLoadQuestions, messagingQuestions } from "./messaging.ts";
import type { Answer, Answers, Question, Questions } from "./tree.ts";

const topics = ["compute", "messaging"] as const;

export type Topic = (typeof topics)[number];

export const questionsOfTopic: Record<Topic, Questions> = {
  compute: { ...computeQuestions, ...loadQuestions },
  messaging: { ...messagingQuestions, ...messagingLoadQuestions },
};

const answerFlags = Object.fromEntries(
  topics.flatMap((topic) =>
    Object.entries(questionsOfTopic[topic]).map(([name, question]) => [name, answerFlag(topic, question)] as const),
  ),
);

const flags = {
  about: choice("TOPIC", "what to choose", topics, "compute"),
  jobs: text("FILE", "measures length, load and bursts in a job list: arrival_seconds,service_seconds", undefined),
  "write-page": toggle("writes docs/choosing-compute.md from the same data, and does nothing else"),
};

export const usage = formatHelp(
  `Says which compute fits a piece of work, or which of queue, topic, stream and broker fits messages.

  npm run advise                           asks questions at a terminal
  npm run advise -- --work job ...         takes answers from flags; asks for the others at a terminal
  npm run advise -- --jobs FILE ...        measures some of the answers in a job list
  npm run advise -- --about messaging      queue, topic, stream or broker

Exit code 0: advice was printed. 2: an answer is missing or contradicts another one; the question was printed. An answer may be "unknown".`,
  { ...flags, ...answerFlags },
);

export interface Flags {
  isHelp: boolean;
  topic: Topic;
  writesPage: boolean;
  jobsFile: string | undefined;
  answers: Answers;
}

/**
 * Reads the command line.
 * @throws AppError `flags` with everything that is wrong with it
 */
export function readFlags(args: string[]): Flags {
  const line = { command: "npm run advise --", flags: { ...answerFlags, ...flags }, args };
  return readCommandLine(line, ({ values, refuse }) => {
    const { about: topic, jobs } = values;
    const given = Object.entries(values as Record<string, unknown> as Record<string, Answer | undefined>).filter(
      ([name]) => name in answerFlags,
    );
    const answers = Object.fromEntries(
      given.filter(([, answer]) => answer !== undefined && !(Array.isArray(answer) && answer.length === 0)),
    );
    for (const name of Object.keys(answers)) {
      if (!(name in questionsOfTopic[topic])) refuse(`--${name} does not belong to --about ${topic}`);
    }
    if (jobs !== undefined && topic !== "compute") refuse("--jobs belongs to --about compute");
    return { topic, writesPage: values["write-page"], jobsFile: jobs, answers };
  });
}

/** A flag for the answer to a question. `unknown` is the same as no answer. */
function answerFlag(topic: Topic, question: Question): Flag<Answer | undefined> {
  const help = `(${topic}) ${question.ask}`;
  if (question.kind === "several") {
    const all = list("NAME", `${help} ${Object.keys(question.choices).join(", ")}`, (given) =>
      readAnswer(question, given),
    );
    return {
      ...all,
      fallback: undefined,
      // One flag may name several, and be repeated.
      read: (texts, refuse) => all.read(texts, refuse).flatMap((answer) => (Array.isArray(answer) ? answer : [])),
    };
  }
  const shown = question.kind === "choice" ? `${help} ${Object.keys(question.choices).join(", ")}` : help;
  return value(question.kind === "number" ? "N" : "NAME", shown, (given) => readAnswer(question, given), undefined);
}

/**
 * Reads an answer as it is typed. Undefined: unknown.
 * @throws Error with expected and given value
 */
export function readAnswer(question: Question, given: string): Answer | undefined {
  const typed = given.trim();
  if (typed === "unknown") return undefined;
  if (question.kind === "number") return readNumber(question, typed);
  const choices = Object.keys(question.choices);
  return question.kind === "choice"
    ? readChoice(typed, choices)
    : typed.split(",").map((each) => readChoice(each.trim(), choices));
}

function readNumber({ least, most, isWhole = false }: Question & { kind: "number" }, typed: string): number {
  const number = typed === "" ? Number.NaN : Number(typed);
  if (number >= least && number <= most && (!isWhole || Number.isInteger(number))) return number;
  throw new Error(`expects a ${isWhole ? "whole " : ""}number from ${least} to ${most}; came "${typed}"`);
}
