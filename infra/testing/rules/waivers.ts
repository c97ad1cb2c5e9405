import { fullConfigurations, plainConfigurations, type Waiver } from "./rule.ts";

const withEveryOption = fullConfigurations;
const withAwsOwnedKeys = plainConfigurations;
const ownKeyIsAChoice =
  "encryption is aws-owned, which encrypts too and costs nothing; encryption: customer-key puts the stack's own key here";

const queryApiLog =
  "API Gateway logs REST APIs with one role for the whole region, which is the account's to set; the service and the function log their failures, and metrics count requests";

/** Rules that the program breaks knowingly. */
export const waivers: Waiver[] = [
  {
    id: "sluice-alarm-silence-of-a-heartbeat",
    name: /-step-in$/,
    reason:
      "it scales in when few messages wait; while SQS publishes no count, nothing is known and nothing is taken away",
  },
  {
    id: "CKV_AWS_309",
    name: /-get-openapi-json$/,
    reason: "the API's own description names no job and no caller, and clients read it before they have credentials",
  },
  ...["CKV2_AWS_73", "CKV_AWS_119", "CKV_AWS_145", "CKV_AWS_136", "CKV_AWS_158"].map((id) => ({
    id,
    in: withAwsOwnedKeys,
    reason: ownKeyIsAChoice,
  })),
  {
    id: "CKV_AWS_173",
    reason: "names, addresses and numbers only, no secrets; the rule below holds tasks to the same",
  },
  {
    id: "CKV_AWS_28",
    name: /^scaling$/,
    reason: "an hour of counts and the controller's memory, which begins again without them; no job depends on it",
  },
  {
    id: "CKV_AWS_28",
    name: /^owners$/,
    reason:
      "counts behind limits, for two weeks at most; without them jobs are accepted and run, and no limit is enforced",
  },
  { id: "CKV_AWS_297", reason: "a schedule says which function runs each minute, which is no secret" },
  {
    id: "CKV2_AWS_11",
    reason:
      "nothing comes in and egress bounds what goes out; flow logs would cost more than the traffic they describe",
  },
  { id: "sluice-volumes-with-own-key", in: withAwsOwnedKeys, reason: ownKeyIsAChoice },
  {
    id: "CKV_AWS_26",
    in: withAwsOwnedKeys,
    reason: "CloudWatch cannot publish under AWS's key for SNS; alarms name metrics and numbers, nothing of a job",
  },
  {
    id: "sluice-topic-hears-events",
    name: /^events(-ordered)?$/,
    reason: "events of jobs are published by roles of the stack alone",
  },
  {
    id: "AwsSolutions-SQS3",
    name: /^events-undelivered$/,
    reason: "it is the dead-letter queue of subscriptions, which are no queues and need no redrive permission",
  },
  {
    id: "AwsSolutions-SQS3",
    name: /^jobs-ordered$/,
    reason:
      "a message that SQS moved away would let the later jobs of its group pass; the worker dead-letters malformed ones itself",
  },
  {
    id: "CKV_AWS_115",
    name: /^(api-(submit|cancel|upload|schedules|openapi)|intake|query-find|backup)$/,
    reason:
      "they wait for no job and share the account's concurrency, the intake at most five of it, backups a handful a day; status, whose long polls could use it up, has a limit, and sweeper and controller a reservation",
  },
  {
    id: "CKV_AWS_116",
    reason: "the API's callers hear of a failure themselves, and what runs each minute runs again in the next",
  },
  {
    id: "CKV_AWS_117",
    reason: "functions call AWS only; in the VPC they would need NAT, and hold its groups on destroy",
  },
  { id: "CKV_AWS_272", reason: "whoever may deploy the program may sign as well: a signature would show nothing more" },
  {
    id: "CKV_AWS_18",
    reason: "only roles of the stack reach the bucket; CloudTrail's data events are the account's to switch on",
  },
  { id: "CKV_AWS_21", reason: "every object is written once, under a key with its attempt, and expires" },
  { id: "CKV2_AWS_62", reason: "nothing waits for an object: messages come from the API" },
  { id: "CKV_AWS_144", reason: "objects live for weeks; who needs another region runs a stack there" },
  {
    id: "AwsSolutions-ECS2",
    reason: "names, addresses and numbers only; sluice-task-environment-without-secrets holds it to that",
  },
  { id: "AwsSolutions-AS1", reason: "a cooldown is for simple scaling; the capacity provider has its warm-up" },
  {
    id: "AwsSolutions-AS3",
    reason: "instances come and go with the backlog; too few of them is the alarm tasks-missing",
  },
  { id: "CKV_AWS_338", reason: "logRetentionDays is the operator's choice; jobs and results are kept apart from logs" },
  { id: "CKV_AWS_76", name: /^query$/, reason: queryApiLog },
  { id: "CKV2_AWS_4", reason: queryApiLog },
  { id: "CKV_AWS_120", reason: "a job's state changes within seconds, and each answer belongs to one question" },
  { id: "CKV2_AWS_53", reason: "the function validates each request with the schema that the service uses" },
  { id: "CKV2_AWS_29", reason: "one role reaches the API, through one endpoint" },
  { id: "CKV_AWS_378", reason: "the tasks' security group lets in the load balancer alone, inside the VPC" },
  {
    id: "CKV_AWS_91",
    reason: "the load balancer is internal; its metrics count requests, and the service logs failures",
  },
  {
    id: "AwsSolutions-IAM4",
    in: ["managed-instances"],
    reason: "ECS manages these instances with two policies that AWS extends with the service",
  },
  { id: "CKV_AWS_150", reason: "it holds no data, and a destroy leaves nothing behind" },
  {
    id: "CKV2_AWS_28",
    reason: "the load balancer is internal; the service takes one kind of request, of 16 KB at most",
  },
  {
    id: "sluice-task-temporary-files",
    name: /^query$/,
    reason: "the query service writes no files",
  },
  {
    id: "CKV_AWS_287",
    name: /-execution$/,
    reason: "ecr:GetAuthorizationToken knows no resources; the token opens what the role may pull, one repository",
  },
  {
    id: "CKV_AWS_290",
    reason: "ecs:DiscoverPollEndpoint and xray:Put* know no resources and write nothing of this account's data",
  },
  {
    id: "CKV_AWS_336",
    in: withEveryOption,
    reason: "exec: true: the agent behind ECS Exec writes into the container's own file system",
  },
  {
    id: "CKV_AWS_130",
    in: plainConfigurations,
    reason: "the public subnets hold the NAT gateway alone; instances are launched into the private ones",
  },
  {
    id: "CKV_AWS_33",
    in: withEveryOption,
    reason:
      "Auto Scaling's own role may not exist yet, and a policy with it as principal is then refused; a condition names it",
  },
];
