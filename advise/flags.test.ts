import { describe, expect, it } from "vitest";
import { questionsOfTopic, readFlags, usage } from "./flags.ts";

const read = (line: string) => readFlags(line.split(" ").filter(Boolean));

describe("the command line", () => {
  it("takes an answer for each question, and several needs", () => {
    expect(read("--needs gpu --needs own-agents,fast-disk --work job --longest-minutes 2.5 --burst=no")).toEqual({
      isHelp: false,
      topic: "compute",
      writesPage: false,
      jobsFile: undefined,
      answers: { needs: ["gpu", "own-agents", "fast-disk"], work: "job", "longest-minutes": 2.5, burst: "no" },
    });
  });

  it("takes unknown as no answer", () => {
    expect(read("--work unknown --needs unknown --longest-minutes unknown").answers).toEqual({});
  });

  it("has a flag for every question in its help", () => {
    for (const questions of Object.values(questionsOfTopic)) {
      for (const name of Object.keys(questions)) expect(usage).toContain(`--${name} `);
    }
  });

  it.each([
    ["--work play", '--work expects one of request, job, event, schedule, connection; came "play"'],
    ["--needs gpu,wings", 'came "wings"'],
    ["--longest-minutes soon", '--longest-minutes expects a number from 0 to 1000000; came "soon"'],
    ["--exact-concurrency 1.5", '--exact-concurrency expects a whole number from 0 to 1000; came "1.5"'],
    ["--memory-gigabytes 0", '--memory-gigabytes expects a number from 0.01 to 24576; came "0"'],
    ["--about music", '--about expects one of compute, messaging; came "music"'],
    ["--about messaging --work job", "--work does not belong to --about messaging"],
    ["--replay yes", "--replay does not belong to --about compute"],
    ["--about messaging --jobs a.csv", "--jobs belongs to --about compute"],
    ["--worc job", "did you mean --work?"],
  ])("refuses %s and says why", (line, reason) => {
    expect(() => read(line)).toThrow(reason);
  });
});
