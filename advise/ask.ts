import { createInterface } from "node:readline/promises";
import { AppError, asError } from "../runtime/errors.ts";
import { readAnswer } from "./flags.ts";
import { formatQuestion } from "./format-question.ts";
import type { Answer, Question } from "./tree.ts";

/** Asks questions at a terminal. */
export interface Asker {
  /** Asks until the answer is valid. */
  ask(name: string, question: Question): Promise<Answer>;
  /** The same; an empty line leaves it open. */
  askOptional(name: string, question: Question): Promise<Answer | undefined>;
  close(): void;
}

/** @throws AppError `no-answer` from a question during which the input ends */
export function createAsker(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Asker {
  const lines = createInterface({ input, output });
  const iterator = lines[Symbol.asyncIterator]();
  const readLine = async (name: string): Promise<string> => {
    lines.prompt();
    const { value, done } = await iterator.next();
    if (done) throw new AppError("no-answer", `The input ended before an answer to --${name}.`);
    return value;
  };
  /** Undefined: the line is empty or not valid; in the second case the reason is shown. */
  const tryRead = (question: Question, line: string): Answer | undefined => {
    try {
      const answer = readAnswer(question, line);
      if (answer === undefined) output.write(`Without an answer there is only a guess. ${question.hint}\n`);
      return answer;
    } catch (error) {
      output.write(`This question ${asError(error).message}.\n`);
      return undefined;
    }
  };
  return {
    async ask(name, question) {
      output.write(`\n${formatQuestion(name, question)}\n`);
      for (;;) {
        const answer = tryRead(question, await readLine(name));
        if (answer !== undefined) return answer;
      }
    },
    async askOptional(name, question) {
      output.write(`\n${formatQuestion(name, question)}\n    Press Enter to leave it open.\n`);
      for (;;) {
        const line = await readLine(name);
        if (line.trim() === "" || line.trim() === "unknown") return undefined;
        const answer = tryRead(question, line);
        if (answer !== undefined) return answer;
      }
    },
    close: () => lines.close(),
  };
}
