import { beforeEach, describe, expect, it } from "vitest";
import type { ContainerInstance } from "../collect/list-instances.ts";
import { createScalingClient, type ScalingClientOptions } from "./scaling-client.ts";

interface Call {
  call: string;
  input: unknown;
}

let calls: Call[];
/** Tasks on each instance when it is described again. */
let tasksNow: Record<string, number>;
beforeEach(() => {
  calls = [];
  tasksNow = {};
});

const instances: ContainerInstance[] = [
  { id: "i-1", arn: "arn:one", tasks: 0 },
  { id: "i-2", arn: "arn:two", tasks: 0 },
];

/** Clients that record their calls. */
function scalingClient() {
  const client = {
    async send(command: { constructor: { name: string }; input: { containerInstances?: string[] } }) {
      const { input } = command;
      calls.push({ call: command.constructor.name.replace(/Command$/, ""), input });
      const [arn] = input.containerInstances ?? [];
      const found = instances.find((one) => one.arn === arn);
      if (!found) return {};
      const runningTasksCount = tasksNow[found.id] ?? 0;
      return {
        containerInstances: [
          { ec2InstanceId: found.id, containerInstanceArn: arn, runningTasksCount, pendingTasksCount: 0 },
        ],
      };
    },
  };
  const clients = {
    serviceScaling: client,
    containers: client,
    groups: client,
  } as unknown as ScalingClientOptions["clients"];
  return createScalingClient({ clients, clusterName: "c", serviceName: "s", groupName: "g" });
}

describe("the scaling client", () => {
  it("sets MinCapacity and leaves MaxCapacity alone", async () => {
    await scalingClient().setMinCapacity(7);

    expect(calls).toEqual([
      {
        call: "RegisterScalableTarget",
        input: {
          ServiceNamespace: "ecs",
          ResourceId: "service/c/s",
          ScalableDimension: "ecs:service:DesiredCount",
          MinCapacity: 7,
        },
      },
    ]);
  });

  it("sends no MinSize where there is no group", async () => {
    const clients = {} as ScalingClientOptions["clients"];
    const client = createScalingClient({ clients, clusterName: "c", serviceName: "s", groupName: undefined });

    await expect(client.setMinSize(2)).rejects.toThrow("expected no MinSize without an Auto Scaling group; came 2");
  });

  it("sets the desired count and nothing else of the service", async () => {
    await scalingClient().setDesiredCount(3);

    expect(calls).toEqual([{ call: "UpdateService", input: { cluster: "c", service: "s", desiredCount: 3 } }]);
  });

  it("sets MinSize and leaves MaxSize and the desired capacity alone", async () => {
    await scalingClient().setMinSize(2);

    expect(calls).toEqual([{ call: "UpdateAutoScalingGroup", input: { AutoScalingGroupName: "g", MinSize: 2 } }]);
  });

  it("terminates an empty instance and lowers the desired capacity of the group", async () => {
    const gone = await scalingClient().terminateInstances(instances);

    expect(gone).toEqual(["i-1", "i-2"]);
    expect(calls.filter(({ call }) => call.startsWith("Terminate")).map(({ input }) => input)).toEqual([
      { InstanceId: "i-1", ShouldDecrementDesiredCapacity: true },
      { InstanceId: "i-2", ShouldDecrementDesiredCapacity: true },
    ]);
  });

  it("does not terminate an instance on which a task has been placed since", async () => {
    tasksNow = { "i-1": 1 };

    const gone = await scalingClient().terminateInstances(instances);

    expect(gone).toEqual(["i-2"]);
  });
});
