/**
 * The rules of checkov (CKV), cdk-nag (AwsSolutions) and AWSGuard for the resource types of such a program. Each one is checked
 * by a rule in book.ts, waived, or listed as not applicable.
 */
export const checklist: string[] = [
  ...checkov("27 72 168 387", "73"),
  ...nag("SQS2 SQS3 SQS4"),
  ...checkov("26 169 385"),
  ...nag("SNS3"),
  ...checkov("45 50 115 116 117 173 272 301 363 364"),
  ...nag("L1"),
  ...checkov("76 309", "51"),
  ...nag("APIG1 APIG4"),
  ...checkov("59 73 120 217 237 276", "4 29 53 70"),
  ...nag("APIG2 APIG3 APIG6"),
  ...["apigateway-endpoint-type", "apigateway-stage-cached"],
  ...checkov("28 119", "16"),
  ...nag("DDB3"),
  "dynamodb-table-encryption-enabled",
  ...checkov("18 19 20 21 53 54 55 56 57 70 144 145 300", "6 61 62"),
  ...nag("S1 S2 S10"),
  "s3-bucket-logging-enabled",
  ...checkov("51 136 163"),
  ...nag("ECR1"),
  ...checkov("65 97 223 224 249 333 334 335 336"),
  ...nag("ECS2 ECS4 ECS7"),
  ...checkov("46 79 88 153 315 341", "15"),
  ...nag("AS1 AS2 AS3 EC26 EC28"),
  ...["encrypted-volumes", "ec2-instance-no-public-ip", "ec2-instance-detailed-monitoring-enabled"],
  ...checkov("23 24 25 130 260 277 382", "5 11 12"),
  ...nag("EC23 EC27 VPC7"),
  "security-group-no-rule-management-conflicts",
  ...checkov("7 33", "64"),
  ...nag("KMS5"),
  "cmk-backing-key-rotation-enabled",
  ...checkov("66 158 319 338"),
  ...checkov("2 91 103 131 150 261 328 378", "20 28 74"),
  ...nag("ELB2"),
  ...["alb-http-to-https-redirection", "elb-deletion-protection-enabled"],
  ...checkov("297 166 42 184 329 330"),
  ...nag("EFS1"),
  "efs-encrypted",
  ...checkov("49 60 61 63 107 108 109 110 111 274 286 287 288 289 290 355 356"),
  ...nag("IAM4 IAM5"),
  "iam-role-no-policy-management-conflicts",
];

function checkov(numbers: string, graphNumbers = ""): string[] {
  return [...ids("CKV_AWS_", numbers), ...ids("CKV2_AWS_", graphNumbers)];
}

function nag(names: string): string[] {
  return ids("AwsSolutions-", names);
}

function ids(prefix: string, rest: string): string[] {
  return rest
    .split(" ")
    .filter((part) => part !== "")
    .map((part) => `${prefix}${part}`);
}
