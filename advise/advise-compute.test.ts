import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adviseCompute } from "./advise-compute.ts";
import { computeQuestions } from "./compute-questions.ts";
import { type Compute, type ComputeLeafName, computeLeaves, computeTree } from "./compute-tree.ts";
import { scenarios } from "./scenarios.ts";
import { type Answers, leavesOf, type Question, questionsOf } from "./tree.ts";

/** The answers that practice gives to the scenarios. */
const expected: Record<string, { choice: string; computes: Compute[] }> = {
  "Light API with unknown peaks": { choice: "Lambda", computes: ["lambda"] },
  "Transcoding, 10 to 30 minutes": { choice: "ECS", computes: ["fargate", "ec2"] },
  "WebSockets and other long connections": { choice: "ECS service or EC2", computes: ["fargate", "ec2"] },
  "Nightly batch of two hours": { choice: "ECS task on a schedule", computes: ["fargate", "ec2"] },
  "GPU, CUDA": { choice: "EC2", computes: ["instances"] },
  "Queue consumer at high throughput": { choice: "ECS worker", computes: ["fargate", "ec2"] },
  "Webhook and validation": { choice: "Lambda", computes: ["lambda"] },
  "Legacy Java bound to its operating system": { choice: "EC2", computes: ["instances"] },
  "Steady API, day and night": { choice: "ECS service", computes: ["fargate", "ec2"] },
  "Operations scripts that react to changes": { choice: "Lambda", computes: ["lambda"] },
  "Tasks of 25 to 40 minutes": { choice: "ECS", computes: ["fargate", "ec2"] },
  "From 0 to 50,000 requests in ten seconds": { choice: "Lambda, SQS and an ECS worker", computes: ["fargate", "ec2"] },
  "8 GB and more, and sometimes a GPU": { choice: "ECS on EC2", computes: ["ec2"] },
  "Shared file system": { choice: "ECS with EFS", computes: ["fargate", "ec2"] },
  "Own network stack: proxy, iptables": { choice: "ECS on EC2", computes: ["ec2"] },
  "Steady load that must cost little": { choice: "ECS on EC2 with reserved or Spot", computes: ["ec2"] },
  "Start within a second": { choice: "ECS service that is always running", computes: ["fargate", "ec2"] },
  "Queue with a concurrency of exactly 20": { choice: "SQS and an ECS worker", computes: ["fargate", "ec2"] },
  "Scratch disk with many operations a second": { choice: "ECS on EC2 with instance store or EBS", computes: ["ec2"] },
  "Private scanned images and own agents": { choice: "ECS with private images", computes: ["fargate", "ec2"] },
};

const plain = { needs: ["none"], "longest-minutes": 1, "memory-gigabytes": 1 };

/** Leaves that no scenario reaches. */
const furtherLeaves: [ComputeLeafName, Answers][] = [
  ["large-memory", { ...plain, work: "job", "memory-gigabytes": 64 }],
  ["large-payload", { ...plain, work: "event", "payload-megabytes": 7 }],
  ["large-payload", { ...plain, work: "request", "start-seconds": 1, load: "uneven", "payload-megabytes": 6.1 }],
  ["scheduled-function", { ...plain, work: "schedule" }],
  [
    "queue-function",
    { ...plain, work: "job", "exact-concurrency": 0, burst: "no", "start-seconds": 1, load: "uneven" },
  ],
  ["resident", { ...plain, work: "job", "exact-concurrency": 0, burst: "no", "start-seconds": 0.9 }],
  ["steady-cheapest", { ...plain, work: "request", "start-seconds": 1, load: "steady", cost: "decides" }],
];

function leafOf(answers: Answers): { leaf: string; compute: Compute } {
  const advised = adviseCompute(answers);
  if (advised.kind === "advice") return advised;
  throw new Error(`expected a leaf; came the question ${advised.question} (${advised.contradiction})`);
}

describe("the twenty scenarios", () => {
  it("are those that practice has answers for", () => {
    expect(scenarios.map(({ name }) => name)).toEqual(Object.keys(expected));
  });

  it.each(scenarios)("$name leads to its leaf, on each compute that fits", ({ name, answers, leaf }) => {
    const { computes } = computeLeaves[leaf];

    for (const compute of computes) {
      const manages = compute === "fargate" ? "no" : "yes";
      expect(leafOf({ ...answers, "manage-instances": manages })).toMatchObject({ leaf, compute });
    }
    expect(computes).toEqual(expected[name]?.computes);
    expect(computeLeaves[leaf].choice).toContain(expected[name]?.choice);
  });

  it.each(scenarios.filter(({ leaf }) => (computeLeaves[leaf].computes as readonly Compute[]).length > 1))(
    "$name asks whether to manage instances",
    ({ answers }) => {
      expect(adviseCompute(answers)).toMatchObject({ kind: "question", question: "manage-instances" });
    },
  );
});

describe("the leaves of the tree", () => {
  it.each(furtherLeaves)("%s is reached too", (leaf, answers) => {
    expect(leafOf({ ...answers, "manage-instances": "yes" }).leaf).toBe(leaf);
  });

  it("are all reached by a scenario or a case above, and all described", () => {
    const reached = new Set([...scenarios.map(({ leaf }) => leaf), ...furtherLeaves.map(([leaf]) => leaf)]);

    expect(reached).toEqual(new Set(leavesOf(computeTree)));
    expect(new Set(Object.keys(computeLeaves))).toEqual(reached);
  });

  it("ask only known questions", () => {
    expect(Object.keys(computeQuestions)).toEqual(expect.arrayContaining(questionsOf(computeTree)));
  });
});

describe("an answer", () => {
  it("that is missing gets its question, and those that may follow", () => {
    expect(adviseCompute({ needs: ["none"], work: "schedule" })).toEqual({
      kind: "question",
      question: "longest-minutes",
      contradiction: undefined,
      mayFollow: expect.arrayContaining(["memory-gigabytes"]),
    });
  });

  it.each<[Answers, string, RegExp]>([
    [{ needs: ["none", "gpu"] }, "needs", /both none and gpu/],
    [{ needs: ["gpu"], "manage-instances": "no" }, "manage-instances", /lead to EC2 instances/],
    [{ needs: ["network-stack"], "manage-instances": "no" }, "manage-instances", /lead to ECS on EC2/],
    [{ "longest-minutes": 1, "typical-seconds": 61 }, "longest-minutes", /61, which is more than the 1 minutes/],
    [{ cost: "decides", "manage-instances": "no", load: "steady" }, "cost", /EC2 instances cost least/],
    [
      { ...plain, work: "event", "payload-megabytes": 1, "start-seconds": 0.5 },
      "start-seconds",
      /--start-seconds says 0.5, but .* Lambda, which it rules out: A cold start/,
    ],
  ])("that contradicts another one gets a question: %j", (answers, question, contradiction) => {
    expect(adviseCompute(answers)).toMatchObject({
      kind: "question",
      question,
      contradiction: expect.stringMatching(contradiction),
    });
  });

  it("above Fargate's memory decides for instances without a question", () => {
    expect(leafOf({ ...plain, work: "job", "memory-gigabytes": 121 }).compute).toBe("ec2");
    expect(adviseCompute({ ...plain, work: "job", "memory-gigabytes": 120 })).toMatchObject({
      question: "manage-instances",
    });
  });

  it("at a limit of Lambda is not above it", () => {
    const atLimit = { ...plain, work: "event", "longest-minutes": 15, "memory-gigabytes": 10, "payload-megabytes": 6 };

    expect(leafOf(atLimit)).toMatchObject({ leaf: "event-function", ruledOut: [] });
    expect(leafOf({ ...atLimit, "longest-minutes": 15.1, "manage-instances": "no" }).leaf).toBe("long-work");
  });
});

describe("any answers", () => {
  it("lead to a compute that no limit rules out, or to a question that is open or contradicted", () => {
    fc.assert(
      fc.property(anyAnswers(), (answers) => {
        const advised = adviseCompute(answers);

        if (advised.kind === "advice") {
          expect(advised.ruledOut.map(({ compute }) => compute)).not.toContain(advised.compute);
        } else if (advised.contradiction === undefined) expect(answers[advised.question]).toBeUndefined();
        else expect(answers[advised.question]).toBeDefined();
      }),
      { numRuns: 3_000 },
    );
  });
});

function anyAnswers(): fc.Arbitrary<Answers> {
  const answers = Object.entries<Question>(computeQuestions).map(([name, question]) => [name, anyAnswer(question)]);
  return fc.record(Object.fromEntries(answers) as Record<string, fc.Arbitrary<Answers[string]>>, { requiredKeys: [] });
}

function anyAnswer(question: Question): fc.Arbitrary<Answers[string]> {
  if (question.kind === "number") return fc.constantFrom(0, 0.5, 1, 6, 7, 10, 11, 15, 16, 120, 121);
  const choices = Object.keys(question.choices);
  return question.kind === "choice"
    ? fc.constantFrom(...choices)
    : fc.uniqueArray(fc.constantFrom(...choices), { minLength: 1, maxLength: 3 });
}
