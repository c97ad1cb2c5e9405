import { randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError, parseOrRefuse, unsupported } from "../aws-error.ts";
import type { EcsCluster } from "../ecs/cluster.ts";
import { describeGroup } from "./describe-group.ts";
import { type Group, groupNamed, groupOfInstance, groups } from "./group.ts";

export const ec2AutoScalingNamespace = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

/**
 * Answers the EC2 Auto Scaling calls that the controller makes, for the groups behind a cluster.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Operations.html
 * @throws AwsError as AWS would answer, or UnsupportedOperation
 */
export function handleEc2AutoScaling(
  clusters: readonly EcsCluster[],
  action: string,
  input: unknown,
  now: number,
): object {
  const perform = actions[action];
  if (!perform) throw unsupported("EC2 Auto Scaling", action);
  return perform(groups(clusters), input, now);
}

/** Form fields are texts. */
const count = z.string().regex(/^\d+$/, "expected a whole number").transform(Number);
const truth = z.enum(["true", "false"]).transform((text) => text === "true");

const describeInput = z.strictObject({ AutoScalingGroupNames: z.array(z.string()).optional() });
const updateInput = z.strictObject({ AutoScalingGroupName: z.string(), MinSize: count });
const terminateInput = z.strictObject({ InstanceId: z.string(), ShouldDecrementDesiredCapacity: truth });

const actions: Record<string, (groups: Group[], input: unknown, now: number) => object> = {
  DescribeAutoScalingGroups(all, input) {
    const { AutoScalingGroupNames: names } = parse(describeInput, input);
    // AWS ignores unknown names here.
    return { AutoScalingGroups: all.filter(({ name }) => !names || names.includes(name)).map(describeGroup) };
  },
  UpdateAutoScalingGroup(all, input) {
    const { AutoScalingGroupName, MinSize } = parse(updateInput, input);
    const { cluster, capacity } = groupNamed(all, AutoScalingGroupName);
    if (MinSize > capacity.maximum) {
      throw invalid(`Max bound, ${capacity.maximum}, must be greater than or equal to min bound, ${MinSize}`);
    }
    capacity.setMinimum(MinSize);
    cluster.look();
    return {};
  },
  TerminateInstanceInAutoScalingGroup(all, input, now) {
    const { InstanceId, ShouldDecrementDesiredCapacity: lowersDesired } = parse(terminateInput, input);
    const { cluster, capacity, name } = groupOfInstance(all, InstanceId);
    const before = capacity.desired;
    if (capacity.terminate(InstanceId, { lowersDesired }, now) === "below-minimum") {
      throw invalid(
        `Currently, desiredSize equals minSize (${capacity.minimum}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
      );
    }
    const { desired } = capacity;
    cluster.look();
    const shrinking = lowersDesired ? `, shrinking the capacity from ${before} to ${desired}` : "";
    const at = new Date(now);
    return {
      Activity: {
        ActivityId: randomUUID(),
        AutoScalingGroupName: name,
        Description: `Terminating EC2 instance: ${InstanceId}`,
        Cause: `At ${at.toISOString()} instance ${InstanceId} was taken out of service in response to a user request${shrinking}.`,
        StartTime: at,
        StatusCode: "InProgress",
        Progress: 0,
      },
    };
  },
};

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  return parseOrRefuse(schema, input, "ValidationError");
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
