import { alarmRules } from "./alarms.ts";
import { apiRules } from "./api.ts";
import { backupRules } from "./backup.ts";
import { driftRules } from "./drift.ts";
import { dynamodbRules } from "./dynamodb.ts";
import { ec2Rules } from "./ec2.ts";
import { ecrRules } from "./ecr.ts";
import { ecsRules } from "./ecs.ts";
import { efsRules } from "./efs.ts";
import { iamRules } from "./iam.ts";
import { kmsRules } from "./kms.ts";
import { lambdaRules } from "./lambda.ts";
import { loadBalancerRules } from "./load-balancer.ts";
import { logRules } from "./logs.ts";
import { networkRules } from "./network.ts";
import { restApiRules } from "./rest-api.ts";
import type { Rule } from "./rule.ts";
import { s3Rules } from "./s3.ts";
import { schedulerRules } from "./scheduler.ts";
import { snsRules } from "./sns.ts";
import { sqsRules } from "./sqs.ts";

/** Every rule that the program is checked against. */
export const ruleBook: Rule[] = [
  ...sqsRules,
  ...snsRules,
  ...lambdaRules,
  ...apiRules,
  ...restApiRules,
  ...loadBalancerRules,
  ...dynamodbRules,
  ...s3Rules,
  ...ecrRules,
  ...ecsRules,
  ...efsRules,
  ...driftRules,
  ...ec2Rules,
  ...networkRules,
  ...kmsRules,
  ...logRules,
  ...iamRules,
  ...schedulerRules,
  ...alarmRules,
  ...backupRules,
];
