import { beforeEach, describe, expect, it } from "vitest";
import type { ContainerInstance } from "../sample/list-instances.ts";
import { createHands, type HandsOptions } from "./hands.ts";

interface Call {
  call: string;
  input: unknown;
}

let calls: Call[];
/** Tasks on each instance at the second look. */
let tasksNow: Record<string, number>;
beforeEach(() => {
  calls = [];
  tasksNow = {};
});

const instances: ContainerInstance[] = [
  { id: "i-1", arn: "arn:one", tasks: 0 },
  { id: "i-2", arn: "arn:two", tasks: 0 },
];

/** Clients that only note what they are asked. */
function hands() {
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
  const clients = { serviceScaling: client, containers: client, groups: client } as unknown as HandsOptions["clients"];
  return createHands({ clients, clusterName: "c", serviceName: "s", groupName: "g" })(instances);
}

describe("hands", () => {
  it("move the least of tasks, and never the most", async () => {
    await hands().setFloor(7);

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

  it("move the count of tasks and nothing else of the service", async () => {
    await hands().setDesired(3);

    expect(calls).toEqual([{ call: "UpdateService", input: { cluster: "c", service: "s", desiredCount: 3 } }]);
  });

  it("move the least of instances, and neither their most nor their number", async () => {
    await hands().setInstanceFloor(2);

    expect(calls).toEqual([{ call: "UpdateAutoScalingGroup", input: { AutoScalingGroupName: "g", MinSize: 2 } }]);
  });

  it("release an empty instance with its place in the group", async () => {
    const gone = await hands().releaseInstances(["i-1", "i-2"]);

    expect(gone).toEqual(["i-1", "i-2"]);
    expect(calls.filter(({ call }) => call.startsWith("Terminate")).map(({ input }) => input)).toEqual([
      { InstanceId: "i-1", ShouldDecrementDesiredCapacity: true },
      { InstanceId: "i-2", ShouldDecrementDesiredCapacity: true },
    ]);
  });

  it("let go of an instance that a task has reached since", async () => {
    tasksNow = { "i-1": 1 };

    const gone = await hands().releaseInstances(["i-1", "i-2"]);

    expect(gone).toEqual(["i-2"]);
  });

  it("refuse an instance that is none of the cluster's", async () => {
    await expect(hands().releaseInstances(["i-9"])).rejects.toThrow("expected an instance of the cluster; came i-9");
    expect(calls).toEqual([]);
  });
});
