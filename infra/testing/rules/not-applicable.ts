const restApi = "the API is an HTTP API, to which this does not apply or which has no such thing";
const loadBalancer = "there is no load balancer: workers fetch their work from the queue";
const fileSystem = "there is no file system: what tasks share is in the bucket";

/** Rules for resource types and features that the program does not have. */
export const notApplicable: { ids: string[]; reason: string }[] = [
  {
    ids: ["CKV2_AWS_51"],
    reason: "an HTTP API shows its backend no certificate; functions know it by their permission",
  },
  {
    ids: [
      ...["CKV_AWS_59", "CKV_AWS_73", "CKV_AWS_120", "CKV_AWS_217", "CKV_AWS_237", "CKV_AWS_276"],
      ...["CKV2_AWS_4", "CKV2_AWS_29", "CKV2_AWS_53", "CKV2_AWS_70"],
      ...["AwsSolutions-APIG2", "AwsSolutions-APIG3", "AwsSolutions-APIG6"],
      ...["apigateway-endpoint-type", "apigateway-stage-cached"],
    ],
    reason: restApi,
  },
  {
    ids: [
      ...["CKV_AWS_2", "CKV_AWS_91", "CKV_AWS_103", "CKV_AWS_131", "CKV_AWS_150", "CKV_AWS_261", "CKV_AWS_328"],
      ...["CKV_AWS_378", "CKV2_AWS_20", "CKV2_AWS_28", "CKV2_AWS_74", "AwsSolutions-ELB2"],
      ...["alb-http-to-https-redirection", "elb-deletion-protection-enabled", "CKV2_AWS_15", "AwsSolutions-AS2"],
    ],
    reason: loadBalancer,
  },
  { ids: ["CKV_AWS_166"], reason: "there is no backup vault: the table is recoverable to the second by itself" },
  {
    ids: ["CKV_AWS_42", "CKV_AWS_184", "CKV_AWS_329", "CKV_AWS_330", "AwsSolutions-EFS1", "efs-encrypted"],
    reason: fileSystem,
  },
];

/** Resource types that would make a row of the table above wrong. */
export const typesWithout = /^aws:(apigateway|lb|alb|elb|backup|efs)\//;
