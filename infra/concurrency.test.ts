import { beforeAll, describe, expect, it } from "vitest";
import { ofType, type Recorded, type Registration, recordProgram } from "./testing/record-program.ts";

let off: Recorded;
let on: Recorded;
beforeAll(async () => {
  off = await recordProgram();
  on = await recordProgram({ "sluice:concurrency": '{"word-frequency":20}', "sluice:minTasks": "0" });
});

const arns = ["jobs", "jobs-word-frequency"].map((name) => `arn:aws:paper:eu-central-1:123456789012:queue/${name}`);

describe("a job type with a limit", () => {
  it("has a queue like the standard one, with the same dead-letter queue", () => {
    const queues = ofType(on, "aws:sqs/queue:Queue");
    const [standard, words] = ["jobs", "jobs-word-frequency"].map((name) => queues.find((each) => each.name === name));
    const [allowed] = ofType(on, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy");

    expect(words?.inputs).toEqual(standard?.inputs);
    expect(JSON.parse(String(allowed?.inputs.redriveAllowPolicy)).sourceQueueArns).toEqual(arns);
  });

  it("is known to all code that sends, receives or counts messages, with its limit", () => {
    const others = [{ url: "https://paper/jobs-word-frequency", type: "word-frequency", concurrency: 20 }];

    const functions = ["api-submit", "sweeper", "scaling"].map((name) => functionVariables(on, name).MORE_QUEUES);
    const [container] = JSON.parse(String(first(on, "aws:ecs/taskDefinition:TaskDefinition").containerDefinitions));
    const worker = container.environment.find(({ name }: { name: string }) => name === "MORE_QUEUES");

    for (const text of [...functions, worker.value]) expect(JSON.parse(String(text))).toEqual(others);
  });

  it.each(["api-submit", "sweeper", "scaling", "worker-task"])("lets %s use both queues and no other", (role) => {
    const policy = ofType(on, "aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === role);
    const statements = JSON.parse(String(policy?.inputs.policy)).Statement as {
      Action: string[];
      Resource: string[];
    }[];
    const ofQueues = statements.filter(({ Resource }) => Resource.some((arn) => arn.includes(":queue/jobs-word")));

    expect(ofQueues.length).toBeGreaterThan(0);
    for (const { Resource } of ofQueues) expect(Resource).toEqual(arns);
  });

  it("counts in the alarms' sum of visible messages, up to what its limit can start within the wait target", () => {
    const visible = ofType(on, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(({ name, inputs }) => {
      const queries = (inputs.metricQueries ?? []) as { id: string; expression?: string }[];
      return queries.filter(({ id }) => id === "visible").map(({ expression }) => [name, expression]);
    });

    // 60 s of jobs of 5 s: twelve a slot.
    expect(Object.fromEntries(visible)).toEqual({
      "scaling-backstop": "standard + IF(limited0 > 240, 240, limited0)",
      "scaling-from-zero": "standard + IF(limited0 > 240, 240, limited0)",
    });
  });
});

it("without limits there is one queue of jobs, and no code is told of another", () => {
  expect(ofType(off, "aws:sqs/queue:Queue").map(({ name }) => name)).toEqual(["jobs-dead", "jobs"]);
  expect(JSON.stringify(off.registrations)).not.toContain("MORE_QUEUES");
});

function first(recorded: Recorded, type: string): Registration["inputs"] {
  return ofType(recorded, type)[0]?.inputs ?? {};
}

function functionVariables(recorded: Recorded, name: string): Record<string, unknown> {
  const found = ofType(recorded, "aws:lambda/function:Function").find((each) => each.name === name);
  return (found?.inputs.environment as { variables: Record<string, unknown> } | undefined)?.variables ?? {};
}
