import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { JobList } from "../workload/job-list.ts";
import { type Advised, advise } from "./advise.ts";
import { type Asker, createAsker } from "./ask.ts";
import type { Answers } from "./tree.ts";

interface Session {
  advised: Advised;
  shown: string;
}

/** Types the lines one after another; without lines there is no terminal. */
async function run(
  answers: Answers,
  options: { lines?: string[]; jobs?: JobList; topic?: "messaging" } = {},
): Promise<Session> {
  const { lines, jobs, topic = "compute" } = options;
  const input = new PassThrough();
  const output = new PassThrough();
  const asker: Asker | undefined = lines && createAsker(input, output);
  input.end(lines?.map((line) => `${line}\n`).join(""));
  const tell = (text: string) => void output.write(text);
  try {
    const advised = await advise({ topic, answers, jobs, asker, tell });
    return { advised, shown: String(output.read() ?? "") };
  } finally {
    asker?.close();
  }
}

function adviceOf({ advised }: Session): string {
  if ("advice" in advised) return advised.advice;
  throw new Error(advised.question);
}

const long = { needs: ["none"], work: "job", "longest-minutes": 40 };

const list = (count: number, seconds: number, service: number): JobList => ({
  arrivalSeconds: Float64Array.from({ length: count }, (_, index) => index * seconds),
  serviceSeconds: new Float64Array(count).fill(service),
});

describe("the advice", () => {
  it("names the choice, the reason, what is ruled out with its source, a month's cost and the configuration", async () => {
    const load = { "jobs-per-month": 1_000, "typical-seconds": 1_800, "memory-gigabytes": 0.5 };

    const text = adviceOf(await run({ ...long, ...load, "manage-instances": "yes" }));

    expect(text).toMatch(/^ECS worker, here ECS on EC2\nA piece of work takes longer than a function may run/);
    expect(text).toMatch(/Lambda: An invocation ends after 15 minutes .*gettingstarted-limits\.html\)/);
    expect(text).toMatch(/list prices of us-east-1; nothing here was measured on AWS/);
    expect(text).toMatch(/^Lambda +- +cannot run/m);
    expect(text).toMatch(/^ECS on Fargate Spot +\d+\.\d\d /m);
    expect(text).toContain("  sluice:expectedJobMilliseconds: 1800000");
  });

  it("says which flags a month's cost needs", async () => {
    const text = adviceOf(await run({ ...long, "manage-instances": "yes", "jobs-per-month": 5 }));

    expect(text).toContain("A month's cost is unknown without --typical-seconds, --memory-gigabytes.");
  });

  it("chooses Fargate for work without instances to manage", async () => {
    expect(adviceOf(await run({ ...long, "manage-instances": "no" }))).toContain("  sluice:compute: fargate");
  });

  it("says how the records of a stream become jobs", async () => {
    const text = adviceOf(await run({ protocol: "no", replay: "yes" }, { topic: "messaging" }));

    expect(text).toMatch(/^Kinesis Data Streams\n/);
    expect(text).toContain("EventBridge Pipe");
  });

  it("has a month's cost of queue, topic, stream and broker, as far as prices are known", async () => {
    const answers = { protocol: "no", replay: "no", readers: "one", order: "no" };

    const text = adviceOf(await run(answers, { topic: "messaging", lines: ["1000000"] }));

    expect(text).toMatch(/^SQS standard queue\n/);
    expect(text).toMatch(/^SQS queue +1\.20 /m);
    expect(text).toMatch(/^Amazon MQ +- +the hours of its brokers/m);
  });
});

describe("without a terminal", () => {
  it("a missing answer is the question, with the others that are missing", async () => {
    const { advised } = await run({ work: "job" });

    expect(advised).toEqual({ question: expect.stringMatching(/^An answer is missing\.\n\n--needs: /) });
    expect(advised).toEqual({ question: expect.stringContaining("  --longest-minutes: How many minutes") });
  });

  it("a contradiction is the question that has to be answered again", async () => {
    const { advised } = await run({ needs: ["gpu"], "manage-instances": "no" });

    expect(advised).toEqual({ question: expect.stringMatching(/contradict each other: .*\n\n--manage-instances: /) });
  });
});

describe("at a terminal", () => {
  it("the questions of the way are asked, and a wrong or an unknown answer again", async () => {
    const lines = ["none", "work", "job", "unknown", "40", "yes", "1000", "1800", "0.5"];

    const session = await run({}, { lines });

    expect(adviceOf(session)).toMatch(/^ECS worker, here ECS on EC2\n/);
    expect(session.shown.match(/^--[a-z-]+/gm)).toEqual([
      "--needs",
      "--work",
      "--longest-minutes",
      "--manage-instances",
      "--jobs-per-month",
      "--typical-seconds",
      "--memory-gigabytes",
    ]);
    expect(session.shown).toContain('expects one of request, job, event, schedule, connection; came "work"');
    expect(session.shown).toContain("Without an answer there is only a guess.");
  });

  it("the load may be left open", async () => {
    const text = adviceOf(await run({ ...long, "manage-instances": "yes" }, { lines: ["", "unknown", ""] }));

    expect(text).toContain("A month's cost is unknown");
  });

  it("a contradiction is shown and its question asked again", async () => {
    const session = await run({ needs: ["gpu"], "manage-instances": "no" }, { lines: ["yes", "", "", ""] });

    expect(session.shown).toContain("contradict each other: --manage-instances says no");
    expect(adviceOf(session)).toMatch(/^EC2 instances with GPUs/);
  });

  it("an input that ends leaves the question without an answer", async () => {
    await expect(run({}, { lines: ["none"] })).rejects.toMatchObject({
      code: "no-answer",
      message: "The input ended before an answer to --work.",
    });
  });
});

describe("with a job list", () => {
  it("its measurements are answers, and are shown", async () => {
    const rest = { needs: ["none"], work: "job", "memory-gigabytes": 0.5, "exact-concurrency": 0 };
    const jobs = list(721, 10, 4);

    const text = adviceOf(
      await run({ ...rest, "start-seconds": 60, cost: "normal", "manage-instances": "yes" }, { jobs }),
    );

    expect(text).toMatch(/^Measured in the job list:\n {2}longest job: 4\.00 s; mean: 4\.00 s\n/);
    expect(text).toContain("ECS worker, here ECS on EC2");
    expect(text).toContain("  sluice:expectedJobMilliseconds: 4000");
  });

  it("an answer that contradicts it gets a question", async () => {
    const { advised } = await run({ ...long, "longest-minutes": 5 }, { jobs: list(3, 10, 1_800) });

    expect(advised).toEqual({ question: expect.stringContaining("says 5, but the job list says 30") });
  });

  it("an answer that is repeated at a terminal holds", async () => {
    const rest = { needs: ["none"], work: "job", "memory-gigabytes": 0.5, "exact-concurrency": 0, "start-seconds": 60 };

    const session = await run({ ...rest, load: "uneven" }, { jobs: list(721, 10, 4), lines: ["uneven"] });

    expect(session.shown).toContain("--load says uneven, but the job list says steady");
    expect(adviceOf(session)).toContain("Lambda behind SQS");
  });
});
