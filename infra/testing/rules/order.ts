import { type Configuration, plainConfigurations } from "./rule.ts";

/** Deletion order: `first` must be deleted before `next`, else `or` happens. */
export const deletedBefore: { first: Which; next: Which; or: string; absentIn?: Configuration[] }[] = [
  {
    first: { type: "aws:appautoscaling/policy:Policy" },
    next: { type: "aws:appautoscaling/target:Target" },
    or: "a policy outlives its target and is reported missing",
    absentIn: ["fixed"],
  },
  {
    first: { type: "aws:appautoscaling/target:Target" },
    next: { type: "aws:ecs/service:Service" },
    or: "autoscaling starts tasks again while the service is taken down",
    absentIn: ["fixed"],
  },
  {
    first: { type: "aws:ecs/service:Service" },
    next: { type: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders" },
    or: "a provider is taken from a service that uses it: ResourceInUseException",
  },
  {
    first: { type: "aws:ecs/service:Service" },
    next: { type: "aws:iam/rolePolicy:RolePolicy", name: /^worker-(task|execution)/ },
    or: "tasks that still run lose their rights, and the service drains forever",
  },
  {
    first: { type: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders" },
    next: { type: "aws:ecs/capacityProvider:CapacityProvider" },
    or: "a provider in use cannot be deleted",
    absentIn: ["fargate"],
  },
  {
    first: { type: "aws:ecs/service:Service" },
    next: { type: "awsx:ec2:Vpc" },
    or: "tasks on Fargate lose their way to the queue before they have handed back their jobs",
  },
  {
    first: { type: "aws:ecs/service:Service" },
    next: { type: "aws:efs/mountTarget:MountTarget" },
    or: "tasks that still run wait for files that are no more",
    absentIn: plainConfigurations,
  },
  {
    first: { type: "aws:ecs/capacityProvider:CapacityProvider" },
    next: { type: "aws:autoscaling/group:Group" },
    or: "the provider keeps starting instances in a group that goes",
    absentIn: ["fargate", "managed-instances"],
  },
  {
    first: { type: "aws:autoscaling/group:Group" },
    next: { type: "aws:ec2/launchTemplate:LaunchTemplate" },
    or: "the group has nothing to launch from",
    absentIn: ["fargate", "managed-instances"],
  },
  {
    first: { type: "aws:autoscaling/group:Group" },
    next: { type: "aws:iam/rolePolicy:RolePolicy", name: /^workers-instance/ },
    or: "instances cannot deregister",
    absentIn: ["fargate", "managed-instances"],
  },
  {
    first: { type: "aws:autoscaling/group:Group" },
    next: { type: "awsx:ec2:Vpc" },
    or: "instances lose their way to ECS before they have deregistered",
    absentIn: ["fargate", "managed-instances"],
  },
  {
    first: { type: "aws:autoscaling/group:Group" },
    next: { type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: /^network-/ },
    or: "instances lose their way to ECS before they have deregistered",
    absentIn: ["fargate", "managed-instances"],
  },
  {
    first: { type: "aws:ec2/launchTemplate:LaunchTemplate" },
    next: { type: "aws:ecs/cluster:Cluster", name: /^workers$/ },
    or: "the cluster still has instances: ClusterContainsContainerInstancesException",
    absentIn: ["fargate", "managed-instances"],
  },
  {
    first: { type: "aws:ec2/launchTemplate:LaunchTemplate" },
    next: { type: "aws:ec2/securityGroup:SecurityGroup", name: /workers/ },
    or: "the group is in use: DependencyViolation",
    absentIn: ["fargate", "managed-instances"],
  },
  {
    first: { type: "aws:lambda/function:Function" },
    next: { type: "aws:cloudwatch/logGroup:LogGroup", name: /^(api-submit|sweeper)$/ },
    or: "a late line makes the log again, and the next deployment finds it there",
  },
  {
    first: { type: "aws:scheduler/schedule:Schedule" },
    next: { type: "aws:iam/rolePolicy:RolePolicy", name: /-schedule$/ },
    or: "a firing has no rights",
  },
  {
    first: { type: "aws:cloudwatch/eventTarget:EventTarget" },
    next: { type: "aws:sns/topic:Topic" },
    or: "events go to a topic that is no more",
  },
];

export interface Which {
  type: string;
  name?: RegExp;
}

/** Longest physical name that AWS accepts, by type. Pulumi adds eight characters to a logical name. */
export const nameLimits: Record<string, number> = {
  "aws:apigatewayv2/api:Api": 128,
  "aws:autoscaling/group:Group": 255,
  "aws:backup/vault:Vault": 50,
  "aws:cloudwatch/eventRule:EventRule": 64,
  "aws:cloudwatch/logGroup:LogGroup": 512,
  "aws:cloudwatch/metricAlarm:MetricAlarm": 255,
  "aws:dynamodb/table:Table": 255,
  "aws:ec2/launchTemplate:LaunchTemplate": 128,
  "aws:ec2/securityGroup:SecurityGroup": 255,
  "aws:ecr/repository:Repository": 256,
  "aws:ecs/capacityProvider:CapacityProvider": 255,
  "aws:ecs/cluster:Cluster": 255,
  "aws:ecs/service:Service": 255,
  "aws:iam/instanceProfile:InstanceProfile": 128,
  "aws:iam/role:Role": 64,
  "aws:iam/rolePolicy:RolePolicy": 128,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": 64,
  "aws:lambda/function:Function": 64,
  "aws:lambda/permission:Permission": 100,
  "aws:s3/bucket:Bucket": 63,
  "aws:scheduler/schedule:Schedule": 64,
  "aws:sns/topic:Topic": 256,
  "aws:sqs/queue:Queue": 80,
};
