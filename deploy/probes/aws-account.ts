import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { asError } from "../../runtime/errors.ts";
import type { IdentityAnswer } from "../checks/credentials.ts";
import type { Finding } from "../verdict.ts";

/** Reads facts about the account, in one region. */
export interface AwsAccount {
  identity(): Promise<IdentityAnswer>;
  quota(serviceCode: string, quotaCode: string): Promise<Finding<number>>;
}

export function createAwsAccount(clients: { sts: STSClient; quotas: ServiceQuotasClient }): AwsAccount {
  return {
    async identity() {
      try {
        const { Account = "?", Arn = "?" } = await clients.sts.send(new GetCallerIdentityCommand({}));
        return { kind: "known", identity: { account: Account, arn: Arn } };
      } catch (error) {
        return explain(asError(error));
      }
    },
    async quota(serviceCode, quotaCode) {
      const ids = { ServiceCode: serviceCode, QuotaCode: quotaCode };
      try {
        const { Quota } = await clients.quotas.send(new GetServiceQuotaCommand(ids));
        return numberOf(Quota);
      } catch (error) {
        if (asError(error).name !== "NoSuchResourceException") return { unknown: oneLine(asError(error)) };
      }
      // A quota that was never changed may have a default only.
      try {
        return numberOf((await clients.quotas.send(new GetAWSDefaultServiceQuotaCommand(ids))).Quota);
      } catch (error) {
        return { unknown: oneLine(asError(error)) };
      }
    },
  };
}

/** Tells by the SDK's error whether credentials are missing, refused, or could not be checked. */
export function explain(error: Error): IdentityAnswer {
  if (/could not load credentials/i.test(error.message)) return { kind: "none" };
  const isAnswer = typeof (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === "number";
  if (isAnswer || /^(CredentialsProviderError|TokenProviderError)$/.test(error.name)) {
    return { kind: "refused", reason: oneLine(error) };
  }
  return { kind: "unreachable", reason: oneLine(error) };
}

function numberOf(quota: { Value?: number | undefined } | undefined): Finding<number> {
  return quota?.Value === undefined ? { unknown: "Service Quotas returned no value" } : { value: quota.Value };
}

const oneLine = ({ name, message }: Error): string => `${name}: ${message.split("\n")[0]}`;
