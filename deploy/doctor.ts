import { judgeCredentials } from "./checks/credentials.ts";
import { judgeImageBuilder } from "./checks/image-builder.ts";
import { judgeQuota, judgeTableWrites, quotasOf } from "./checks/limits.ts";
import { judgeRegion } from "./checks/region.ts";
import { judgeBackend, judgeStack } from "./checks/stack.ts";
import { type Installation, judgeNode, judgePulumiCli } from "./checks/tool-versions.ts";
import type { AwsAccount } from "./probes/aws-account.ts";
import { askDaemon, askNodeVersion, askPlatforms } from "./probes/machine.ts";
import type { PulumiCli } from "./probes/pulumi.ts";
import type { RunCommand } from "./probes/run-command.ts";
import type { Stack } from "./stack-config.ts";
import type { Finding, Verdict } from "./verdict.ts";

export interface CheckOptions {
  /** Runs commands on the PATH that Pulumi gets. */
  runForPulumi: RunCommand;
  /** Runs commands on the PATH of the user's shell. */
  runOfMachine: RunCommand;
  pulumi: PulumiCli;
  sdkVersion: string;
  installation: Installation;
  wantedStack: string | undefined;
  /** The stack's configuration file. */
  stackFile: string;
  stack: Stack;
  account: AwsAccount;
  /** A destroy needs neither an image nor quotas. */
  isDestroy: boolean;
}

/** Checks everything that a deployment needs. Changes nothing. */
export async function checkAll(options: CheckOptions): Promise<Verdict[]> {
  const { stack, stackFile, account } = options;
  const [tools, identity] = await Promise.all([checkPulumi(options), account.identity()]);
  const region = judgeRegion({ region: stack.region, file: stackFile, isEnabled: isEnabled(identity) });
  const first = [...tools, judgeCredentials(identity), region];
  if (options.isDestroy) return first;
  const isReadable = identity.kind === "known" && region.status === "ok";
  const quotas = await Promise.all(
    quotasOf(stack.config).map(async (quota) => {
      const allowed: Finding<number> = isReadable
        ? await account.quota(quota.serviceCode, quota.quotaCode)
        : { unknown: "needs credentials and a region" };
      return judgeQuota(quota, allowed);
    }),
  );
  return [...first, await checkImageBuilder(options), judgeTableWrites(stack.config), ...quotas];
}

async function checkPulumi(options: CheckOptions): Promise<Verdict[]> {
  const { pulumi, sdkVersion, installation } = options;
  const version = await pulumi.version();
  const isInstalled = "value" in version;
  const absent = { unknown: "needs the Pulumi CLI" };
  const login = isInstalled ? await pulumi.login() : absent;
  const isLoggedIn = "value" in login && login.value !== undefined;
  const stacks = isLoggedIn ? await pulumi.stacks() : isInstalled ? { unknown: "needs a backend" } : absent;
  return [
    judgeNode({
      forPulumi: await askNodeVersion(options.runForPulumi),
      ofMachine: await askNodeVersion(options.runOfMachine),
    }),
    judgePulumiCli({ version, sdkVersion, installation }),
    judgeBackend(login),
    judgeStack({ wanted: options.wantedStack, stacks }),
  ];
}

async function checkImageBuilder({ stack, runForPulumi }: CheckOptions): Promise<Verdict> {
  const { imageUri, architecture } = stack.config;
  if (imageUri !== "") {
    const none = { unknown: "not asked" };
    return judgeImageBuilder({ imageUri, architecture, daemon: none, platforms: none });
  }
  const [daemon, platforms] = await Promise.all([askDaemon(runForPulumi), askPlatforms(runForPulumi)]);
  return judgeImageBuilder({ imageUri, architecture, daemon, platforms });
}

/** A region that is not enabled refuses credentials as if they were wrong. */
function isEnabled(identity: Awaited<ReturnType<AwsAccount["identity"]>>): boolean | undefined {
  if (identity.kind === "known") return true;
  return identity.kind === "refused" && /RegionDisabled/.test(identity.reason) ? false : undefined;
}
