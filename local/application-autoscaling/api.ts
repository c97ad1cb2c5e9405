import { randomUUID } from "node:crypto";
import * as z from "zod";
import { AppError } from "../../runtime/errors.ts";
import { AwsError, parseOrRefuse, unsupported } from "../aws-error.ts";
import type { ApplicationAutoScaling } from "./application-auto-scaling.ts";

const service = {
  ServiceNamespace: z.literal("ecs"),
  ScalableDimension: z.literal("ecs:service:DesiredCount").optional(),
};

const registerInput = z.strictObject({
  ...service,
  ScalableDimension: z.literal("ecs:service:DesiredCount"),
  ResourceId: z.string(),
  MinCapacity: z.int().optional(),
  MaxCapacity: z.int().optional(),
  SuspendedState: z
    .strictObject({
      DynamicScalingInSuspended: z.boolean().optional(),
      DynamicScalingOutSuspended: z.boolean().optional(),
      ScheduledScalingSuspended: z.boolean().optional(),
    })
    .optional(),
});

const describeInput = z.strictObject({ ...service, ResourceIds: z.array(z.string()).optional() });
const activitiesInput = z.strictObject({
  ...service,
  ResourceId: z.string().optional(),
  MaxResults: z.int().optional(),
});

/** Answers the Application Auto Scaling calls that the controller makes. */
export function handleAutoScaling(scaling: ApplicationAutoScaling, action: string, input: unknown): object {
  const perform = actions[action];
  if (!perform) throw unsupported("Application Auto Scaling", action);
  try {
    return perform(scaling, input);
  } catch (error) {
    // AWS refuses the bounds that the model refuses.
    if (error instanceof AppError && error.code === "invalid-target") {
      throw new AwsError("ValidationException", error.message);
    }
    throw error;
  }
}

const actions: Record<string, (scaling: ApplicationAutoScaling, input: unknown) => object> = {
  RegisterScalableTarget(scaling, input) {
    const { ResourceId, MinCapacity, MaxCapacity, SuspendedState = {} } = parse(registerInput, input);
    scaling.register(ResourceId, {
      ...(MinCapacity === undefined ? {} : { min: MinCapacity }),
      ...(MaxCapacity === undefined ? {} : { max: MaxCapacity }),
      suspended: definedOnly({
        in: SuspendedState.DynamicScalingInSuspended,
        out: SuspendedState.DynamicScalingOutSuspended,
        scheduled: SuspendedState.ScheduledScalingSuspended,
      }),
    });
    return {};
  },
  DescribeScalableTargets(scaling, input) {
    const { ResourceIds } = parse(describeInput, input);
    const targets = scaling.targets().filter(({ resourceId }) => !ResourceIds || ResourceIds.includes(resourceId));
    return {
      ScalableTargets: targets.map(({ resourceId, min, max, suspended }) => ({
        ServiceNamespace: "ecs",
        ResourceId: resourceId,
        ScalableDimension: "ecs:service:DesiredCount",
        MinCapacity: min,
        MaxCapacity: max,
        SuspendedState: {
          DynamicScalingInSuspended: suspended.in,
          DynamicScalingOutSuspended: suspended.out,
          ScheduledScalingSuspended: suspended.scheduled,
        },
      })),
    };
  },
  DescribeScalingActivities(scaling, input) {
    const { ResourceId, MaxResults = 50 } = parse(activitiesInput, input);
    const activities = scaling.activities.filter(({ resourceId }) => !ResourceId || resourceId === ResourceId);
    return {
      ScalingActivities: activities
        .slice(-MaxResults)
        .reverse()
        .map(({ at, resourceId, to, cause }) => ({
          ActivityId: randomUUID(),
          ServiceNamespace: "ecs",
          ResourceId: resourceId,
          ScalableDimension: "ecs:service:DesiredCount",
          Description: `Setting desired count to ${to}.`,
          Cause: cause,
          StartTime: at / 1000,
          EndTime: at / 1000,
          StatusCode: "Successful",
          StatusMessage: `Successfully set desired count to ${to}. Change successfully fulfilled by ecs.`,
        })),
    };
  },
};

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  return parseOrRefuse(schema, input, "ValidationException");
}

function definedOnly<Key extends string>(flags: Record<Key, boolean | undefined>): Partial<Record<Key, boolean>> {
  return Object.fromEntries(Object.entries(flags).filter(([, flag]) => flag !== undefined)) as Partial<
    Record<Key, boolean>
  >;
}
