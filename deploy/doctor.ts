import { judgeBackend } from "./checks/backend.ts";
import { judgeCredentials } from "./checks/credentials.ts";
import { judgeImageBuilder } from "./checks/image-builder.ts";
import { judgeNode } from "./checks/node.ts";
import { type Installation, judgePulumiCli } from "./checks/pulumi-cli.ts";
import { judgeQuota, quotasOf } from "./checks/quotas.ts";
import { judgeRegion } from "./checks/region.ts";
import { judgeStack } from "./checks/stack.ts";
import { judgeTableWrites } from "./checks/table-writes.ts";
import type { AwsAccount } from "./probes/aws-account.ts";
import { askDaemon, askPlatforms } from "./probes/docker.ts";
import { askNodeVersion } from "./probes/node-version.ts";
import type { PulumiCli } from "./probes/pulumi.ts";
import type { RunCommand } from "./probes/run-command.ts";
import type { Stack } from "./stack-config.ts";
import type { Finding, Verdict } from "./verdict.ts";

export interface Patient {
  /** Commands as Pulumi finds them, and as this machine's own shell does. */
  runForPulumi: RunCommand;
  runOfMachine: RunCommand;
  pulumi: PulumiCli;
  sdkVersion: string;
  installation: Installation;
  wantedStack: string | undefined;
  /** The configuration file that is looked at. */
  stackFile: string;
  stack: Stack;
  account: AwsAccount;
  /** Taking down needs neither an image nor room for more. */
  isTakingDown: boolean;
}

/** Looks at everything that a deployment needs. Changes nothing. */
export async function examine(patient: Patient): Promise<Verdict[]> {
  const [machine, identity] = await Promise.all([examineMachine(patient), patient.account.identity()]);
  const region = judgeRegion({
    region: patient.stack.region,
    file: patient.stackFile,
    isEnabled: isEnabled(identity),
  });
  const first = [...machine, judgeCredentials(identity), region];
  if (patient.isTakingDown) return first;
  const quotas = await Promise.all(
    quotasOf(patient.stack.config).map(async (quota) => {
      const isAskable = identity.kind === "known" && region.status === "ok";
      const allowed: Finding<number> = isAskable
        ? await patient.account.quota(quota.serviceCode, quota.quotaCode)
        : { unknown: "needs credentials and a region" };
      return judgeQuota(quota, allowed);
    }),
  );
  return [...first, await examineBuilder(patient), judgeTableWrites(patient.stack.config), ...quotas];
}

async function examineMachine(patient: Patient): Promise<Verdict[]> {
  const version = await patient.pulumi.version();
  const isInstalled = "value" in version;
  const absent = { unknown: "needs the Pulumi CLI" };
  const login = isInstalled ? await patient.pulumi.login() : absent;
  const isLoggedIn = "value" in login && login.value !== undefined;
  const stacks = isLoggedIn ? await patient.pulumi.stacks() : isInstalled ? { unknown: "needs a backend" } : absent;
  return [
    judgeNode({
      forPulumi: await askNodeVersion(patient.runForPulumi),
      ofMachine: await askNodeVersion(patient.runOfMachine),
    }),
    judgePulumiCli({ version, sdkVersion: patient.sdkVersion, installation: patient.installation }),
    judgeBackend(login),
    judgeStack({ wanted: patient.wantedStack, stacks }),
  ];
}

async function examineBuilder({ stack, runForPulumi }: Patient): Promise<Verdict> {
  const { imageUri, architecture } = stack.config;
  if (imageUri !== "") {
    const none = { unknown: "not asked" };
    return judgeImageBuilder({ imageUri, architecture, daemon: none, platforms: none });
  }
  const [daemon, platforms] = await Promise.all([askDaemon(runForPulumi), askPlatforms(runForPulumi)]);
  return judgeImageBuilder({ imageUri, architecture, daemon, platforms });
}

/** A region that is switched off refuses credentials as if they were wrong. */
function isEnabled(identity: Awaited<ReturnType<AwsAccount["identity"]>>): boolean | undefined {
  if (identity.kind === "known") return true;
  return identity.kind === "refused" && /RegionDisabled/.test(identity.reason) ? false : undefined;
}
