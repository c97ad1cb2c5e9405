import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock, systemClock } from "../../runtime/clock.ts";
import { fromZero } from "../ecs/testing/from-zero.ts";
import { nextStopped, type ServiceUnderTest, startServiceUnderTest } from "../ecs/testing/service-under-test.ts";
import { useProcesses } from "../ecs/testing/use-processes.ts";
import { Credentials } from "../gateway/credentials.ts";
import { Gateway } from "../gateway/gateway.ts";
import { queryEmulator } from "../gateway/query-protocol.ts";
import { ec2AutoScalingNamespace, handleEc2AutoScaling } from "./api.ts";

const clock = new ManualClock(Date.UTC(2026, 0, 1));
let worker: ServiceUnderTest;
let gateway: Gateway;
let client: AutoScalingClient;
const processes = useProcesses(clock, () => worker);

beforeEach(async () => {
  const credentials = new Credentials();
  gateway = new Gateway(credentials, systemClock);
  await gateway.listen();
  client = new AutoScalingClient({
    region: "eu-central-1",
    endpoint: gateway.endpoint,
    credentials: credentials.issue({ roleArn: "arn:aws:iam::1:role/controller", holder: "function/controller" }),
    maxAttempts: 1,
  });
  const handle = async ({ action, input }: { action: string; input: unknown }) =>
    handleEc2AutoScaling([worker.cluster], action, input, clock.now());
  gateway.emulators.set("autoscaling", queryEmulator(ec2AutoScalingNamespace, handle));
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
});

describe("DescribeAutoScalingGroups", () => {
  it("tells the bounds, what is desired and what became of each instance", async () => {
    start({ minimum: 2 });
    await clock.advance(30_000);
    await end("i-1", false);

    const group = await describeOnly();

    expect(group).toMatchObject({
      AutoScalingGroupName: "instances",
      AutoScalingGroupARN: expect.stringMatching(/:autoScalingGroup:1:autoScalingGroupName\/instances$/),
      MinSize: 2,
      MaxSize: 10,
      DesiredCapacity: 2,
      Instances: [
        {
          InstanceId: "i-2",
          LifecycleState: "InService",
          ProtectedFromScaleIn: true,
          AvailabilityZone: "eu-central-1b",
        },
        { InstanceId: "i-3", LifecycleState: "Pending" },
      ],
    });
  });

  it("finds groups by name; a name without a group is no error", async () => {
    start({ minimum: 1 });
    const ask = async (name: string) => {
      const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
      return (await client.send(command)).AutoScalingGroups?.length;
    };

    expect([await ask("instances"), await ask("others")]).toEqual([1, 0]);
  });
});

describe("UpdateAutoScalingGroup", () => {
  it("launches at once what a higher minimum lacks, and keeps it when the minimum falls", async () => {
    start({ minimum: 0 });

    await setMinimum(3);
    const raised = await describeOnly();
    await setMinimum(0);
    const lowered = await describeOnly();

    expect(raised).toMatchObject({ MinSize: 3, DesiredCapacity: 3, Instances: { length: 3 } });
    expect(lowered).toMatchObject({ MinSize: 0, DesiredCapacity: 3, Instances: { length: 3 } });
  });

  it("lets the capacity provider give the instances back once the minimum has fallen", async () => {
    start({ minimum: 0 });
    await setMinimum(3);
    await clock.advance(20 * minute);
    const kept = (await describeOnly()).Instances?.length;

    await setMinimum(0);
    // At most half of the instances go in a minute, and at least one. The alarm is in ALARM all the time.
    await clock.advance(4 * minute);

    expect(kept).toBe(3);
    expect(await describeOnly()).toMatchObject({ DesiredCapacity: 0 });
  });

  it.each([
    ["more than the maximum", { MinSize: 11 }, /Max bound, 10, must be greater than or equal to min bound, 11/],
    ["another change, which it names", { MinSize: 1, DesiredCapacity: 2 }, /Unrecognized key: "DesiredCapacity"/],
    ["a group that is not there", { AutoScalingGroupName: "others", MinSize: 1 }, /name not found/],
  ])("refuses %s", async (_name, change, message) => {
    start({ minimum: 0 });
    const command = new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "instances", ...change });

    await expect(client.send(command)).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringMatching(message),
    });
  });
});

describe("TerminateInstanceInAutoScalingGroup", () => {
  it("ends an empty instance though it is protected, and wants one less", async () => {
    start({ minimum: 2 });
    await clock.advance(30_000);
    await setMinimum(1);

    const { Activity } = await end("i-1", true);

    expect(Activity).toMatchObject({
      Description: "Terminating EC2 instance: i-1",
      Cause: expect.stringMatching(/user request, shrinking the capacity from 2 to 1\.$/),
      StatusCode: "InProgress",
      StartTime: new Date(clock.now()),
    });
    expect(await describeOnly()).toMatchObject({ DesiredCapacity: 1, Instances: [{ InstanceId: "i-2" }] });
    expect(worker.clusterEvents).toContain("instance i-1 terminated");
  });

  it("lets a task on the instance be replaced before the instance goes", async () => {
    start({ minimum: 2, desiredCount: 1 });
    await clock.advance(30_000);
    await setMinimum(1);
    await worker.here(1);
    const [task] = worker.service.tasks();

    const stopped = nextStopped(worker.service);
    await end(task?.instanceId ?? "", true);
    const draining = await describeOnly();
    await worker.here(2);
    await clock.advance(1_000);
    const { id } = await stopped;
    await clock.advance(1_000);

    expect(draining.Instances?.find(({ InstanceId }) => InstanceId === task?.instanceId)?.LifecycleState).toBe(
      "Terminating:Wait",
    );
    expect(id).toBe(task?.id);
    expect((await describeOnly()).Instances?.map(({ InstanceId }) => InstanceId)).not.toContain(task?.instanceId);
  });

  it("refuses to fall below the minimum, as AWS words it, and an instance that is not there", async () => {
    start({ minimum: 1 });
    const named = (message: string) => ({ name: "ValidationError", message: expect.stringContaining(message) });

    await expect(end("i-1", true)).rejects.toMatchObject(named("Currently, desiredSize equals minSize (1)."));
    await expect(end("i-9", true)).rejects.toMatchObject(named("No managed instance found for instance ID: i-9"));
    expect(await describeOnly()).toMatchObject({ DesiredCapacity: 1, Instances: { length: 1 } });
  });
});

const speed = 10;
const minute = 60_000 / speed;

function start({ desiredCount = 0, minimum }: { desiredCount?: number; minimum: number }): void {
  worker = startServiceUnderTest(processes().processes, clock, {
    desiredCount,
    speed,
    capacity: { ...fromZero, minimum },
  });
}

async function describeOnly() {
  const [group] = (await client.send(new DescribeAutoScalingGroupsCommand())).AutoScalingGroups ?? [];
  if (!group) throw new Error("expected one group; there is none");
  return group;
}

function setMinimum(MinSize: number) {
  return client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "instances", MinSize }));
}

function end(InstanceId: string, ShouldDecrementDesiredCapacity: boolean) {
  return client.send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity }));
}
