import { expect, it } from "vitest";
import { ofType, recordProgram } from "../testing/record-program.ts";

it("critical findings in the worker's image reach the alarm topic", async () => {
  const recorded = await recordProgram();

  const rule = ofType(recorded, "aws:cloudwatch/eventRule:EventRule").find(({ name }) => name === "watch-image");
  const target = ofType(recorded, "aws:cloudwatch/eventTarget:EventTarget").find(({ name }) => name === "watch-image");
  const [repository] = ofType(recorded, "aws:ecr/repository:Repository");
  expect(JSON.parse(String(rule?.inputs.eventPattern))).toEqual({
    source: ["aws.ecr", "aws.inspector2"],
    "detail-type": ["ECR Image Scan", "Inspector2 Scan"],
    resources: [`arn:aws:paper:eu-central-1:123456789012:repository/${repository?.name}`],
    detail: { "finding-severity-counts": { CRITICAL: [{ numeric: [">", 0] }] } },
  });
  expect(target?.inputs).toMatchObject({ rule: "watch-image", arn: recorded.outputs.alarmTopicArn });
});

it("an image outside ECR is not watched", async () => {
  const recorded = await recordProgram({ "sluice:imageUri": "docker.io/acme/worker:1" });

  const rules = ofType(recorded, "aws:cloudwatch/eventRule:EventRule").map(({ name }) => name);
  expect(rules).toEqual(["watch-service"]);
});
