import type { JobList } from "../workload/job-list.ts";
import { adviseCompute } from "./advise-compute.ts";
import type { Asker } from "./ask.ts";
import { computeQuestions, loadQuestions } from "./compute-questions.ts";
import { type Flags, questionsOfTopic } from "./flags.ts";
import { formatComputeAdvice, formatMessagingAdvice } from "./format-advice.ts";
import { formatAsked } from "./format-question.ts";
import { compareWithMeasured, type Measured, measureJobs } from "./measure-jobs.ts";
import { adviseMessaging, messagingLoadQuestions } from "./messaging.ts";
import type { Answers, Questions } from "./tree.ts";

/** The output of the command: the advice, or an open question if there is no terminal to ask at. */
export type Advised = { advice: string } | { question: string };

export interface AdviseOptions extends Pick<Flags, "topic" | "answers"> {
  jobs: JobList | undefined;
  /** Undefined: there is no terminal, so that a missing answer ends the command. */
  asker: Asker | undefined;
  /** Shows a contradiction before its question is asked again. */
  tell(text: string): void;
}

/** Asks until the answers lead to a choice. */
export async function advise({ topic, answers: given, jobs, asker, tell }: AdviseOptions): Promise<Advised> {
  const questions = questionsOfTopic[topic];
  const measured: Measured = jobs === undefined ? { answers: {}, facts: [] } : measureJobs(jobs);
  let typed: Answers = given;
  let open: Answers = measured.answers;
  for (;;) {
    const found = compareWithMeasured(typed, open);
    const answers = { ...open, ...typed };
    const outcome = found
      ? ({ kind: "question", mayFollow: [], ...found } as const)
      : topic === "compute"
        ? adviseCompute(answers)
        : adviseMessaging(answers);
    if (outcome.kind === "advice") {
      if (!("compute" in outcome)) {
        const all = asker ? await askOptional(messagingLoadQuestions, answers, asker) : answers;
        return { advice: formatMessagingAdvice(outcome, all) };
      }
      const { "memory-gigabytes": memory } = computeQuestions;
      const optional = { ...loadQuestions, "memory-gigabytes": memory };
      const all = asker ? await askOptional(optional, answers, asker) : answers;
      return { advice: formatMeasured(measured.facts) + formatComputeAdvice(outcome, all) };
    }
    const question = questions[outcome.question];
    if (asker === undefined || question === undefined) return { question: `${formatAsked(outcome, questions)}\n` };
    if (outcome.contradiction !== undefined) tell(`\nThe answers contradict each other: ${outcome.contradiction}.\n`);
    typed = { ...typed, [outcome.question]: await asker.ask(outcome.question, question) };
    // The user has seen the contradiction, so the typed answer replaces the measured one.
    open = { ...open, [outcome.question]: undefined };
  }
}

/** Asks the questions that only a month's cost needs. */
async function askOptional(questions: Questions, answers: Answers, asker: Asker): Promise<Answers> {
  const all: Record<string, Answers[string]> = { ...answers };
  for (const [name, question] of Object.entries(questions)) all[name] ??= await asker.askOptional(name, question);
  return all;
}

function formatMeasured(facts: readonly string[]): string {
  return facts.length === 0 ? "" : `Measured in the job list:\n${facts.map((fact) => `  ${fact}`).join("\n")}\n\n`;
}
