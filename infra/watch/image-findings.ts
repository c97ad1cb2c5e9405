import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * Publishes each scan of an image that found critical vulnerabilities. ECR's basic scanning sends the first kind of
 * event, Amazon Inspector the second, where the account has switched enhanced scanning on. A severity without findings is
 * absent from the event.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-events.html
 */
export function createImageFindings(
  name: string,
  repositoryArn: pulumi.Output<string>,
  topic: aws.sns.Topic,
  options: pulumi.CustomResourceOptions,
): void {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-image`,
    {
      description: "A scan of the image found critical vulnerabilities",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.ecr", "aws.inspector2"],
        "detail-type": ["ECR Image Scan", "Inspector2 Scan"],
        resources: [repositoryArn],
        detail: { "finding-severity-counts": { CRITICAL: [{ numeric: [">", 0] }] } },
      }),
    },
    options,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-image`,
    {
      rule: rule.name,
      arn: topic.arn,
      inputTransformer: {
        inputPaths: {
          critical: "$.detail.finding-severity-counts.CRITICAL",
          digest: "$.detail.image-digest",
          repository: "$.resources[0]",
          time: "$.time",
        },
        inputTemplate: `"<critical> critical vulnerabilities in image <digest> of <repository>, scanned at <time>. First: npm run renew-image, then npm run up."`,
      },
    },
    options,
  );
}
