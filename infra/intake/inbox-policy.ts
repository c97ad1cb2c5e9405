import * as pulumi from "@pulumi/pulumi";
import { readSender } from "../../contract/intake.ts";
import { tlsOnly } from "../iam.ts";

export interface InboxPolicyArgs {
  inboxArn: pulumi.Input<string>;
  senders: readonly string[];
  dropBucketArn: pulumi.Input<string> | undefined;
  /** The stack's own account. */
  accountId: pulumi.Input<string>;
}

/** Admits the senders and the drop bucket, and nobody else. A service may send for the named resource only. */
export function inboxPolicy({ inboxArn, senders, dropBucketArn, accountId }: InboxPolicyArgs): pulumi.Output<string> {
  const admitService = (service: string, sourceArn: pulumi.Input<string>, sourceAccount?: pulumi.Input<string>) => ({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sqs:SendMessage",
    Resource: inboxArn,
    Condition: {
      ArnEquals: { "aws:SourceArn": sourceArn },
      ...(sourceAccount === undefined ? {} : { StringEquals: { "aws:SourceAccount": sourceAccount } }),
    },
  });
  const admit = (text: string) => {
    const sender = readSender(text);
    switch (sender?.kind) {
      case "account":
        return {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${sender.accountId}:root` },
          Action: "sqs:SendMessage",
          Resource: inboxArn,
        };
      case "topic":
        return admitService("sns.amazonaws.com", sender.arn);
      case "rule":
        return admitService("events.amazonaws.com", sender.arn);
      case "bucket":
        // A bucket's ARN has no account: after its deletion anybody could create a bucket with its name.
        return admitService("s3.amazonaws.com", sender.arn, accountId);
      case undefined:
        throw new pulumi.RunError(`expected a sender that the configuration's check accepts; came ${text}`);
    }
  };
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      tlsOnly("sqs:*", inboxArn),
      ...(dropBucketArn === undefined ? [] : [admitService("s3.amazonaws.com", dropBucketArn, accountId)]),
      ...senders.map(admit),
    ],
  });
}
