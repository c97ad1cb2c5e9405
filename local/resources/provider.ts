import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { Provider, Registration } from "../../engine/registration.ts";
import type { Cloud } from "../cloud.ts";
import { apigateway } from "./apigateway.ts";
import { appautoscaling } from "./appautoscaling.ts";
import { backup } from "./backup.ts";
import { cloudwatch } from "./cloudwatch.ts";
import { compute } from "./compute.ts";
import { dynamodb } from "./dynamodb.ts";
import { ecr } from "./ecr.ts";
import { ecs } from "./ecs.ts";
import { efs } from "./efs.ts";
import { elb } from "./elb.ts";
import { firehose } from "./firehose.ts";
import { iam } from "./iam.ts";
import { lambda } from "./lambda.ts";
import { network } from "./network.ts";
import type { ResourceHandler } from "./resource.ts";
import { restApi } from "./rest-api.ts";
import { s3 } from "./s3.ts";
import { scheduler } from "./scheduler.ts";
import { sns } from "./sns.ts";
import { sqs } from "./sqs.ts";
import { watch } from "./watch.ts";

/** All resource types that the laptop cloud can create. */
const resourceHandlers: Record<string, ResourceHandler> = {
  ...apigateway,
  ...appautoscaling,
  ...backup,
  ...cloudwatch,
  ...compute,
  ...dynamodb,
  ...ecr,
  ...ecs,
  ...efs,
  ...elb,
  ...firehose,
  ...iam,
  ...lambda,
  ...network,
  ...restApi,
  ...s3,
  ...scheduler,
  ...sns,
  ...sqs,
  ...watch,
};

/** Creates the resources that a Pulumi program registers. Unknown types and properties are errors. */
export function laptopProvider(cloud: Cloud): Provider {
  return {
    async create({ type, name, inputs }: Registration) {
      const handler = resourceHandlers[type];
      if (!handler) {
        throw new Error(`the laptop cloud cannot create ${type}: add a handler to local/resources`);
      }
      const parsed = handler.schema.safeParse(inputs);
      if (!parsed.success) throw new Error(describeProblems(parsed.error));
      const physicalName = `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
      const made = await handler.create({ inputs: parsed.data, name, physicalName, cloud });
      return { id: made.id, outputs: { ...inputs, ...made.outputs } };
    },
    async invoke(token) {
      const answer = invokes(cloud)[token];
      if (!answer)
        throw new Error(`the laptop cloud cannot answer ${token}: add the answer to local/resources/provider.ts`);
      return answer;
    },
  };
}

function invokes(cloud: Cloud): Record<string, Record<string, unknown>> {
  const { accountId, region } = cloud.place;
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": {
      accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      userId: accountId,
    },
    "aws:index/getRegion:getRegion": { region, id: region },
  };
}

function describeProblems(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const place = issue.path.join(".");
      if (issue.code !== "unrecognized_keys") return `property ${place}: ${issue.message}`;
      const keys = issue.keys.map((key) => [place, key].filter(Boolean).join(".")).join(", ");
      return `property ${keys} is unknown to the laptop cloud: emulate it in local/resources, or list it there as without effect`;
    })
    .join("; ");
}
