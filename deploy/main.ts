import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import { z } from "zod";
import { createLiveLine } from "../report/live-line.ts";
import { systemClock } from "../runtime/clock.ts";
import { AppError, asError } from "../runtime/errors.ts";
import { formatCosts } from "./cost-table.ts";
import { formatVariants } from "./cost-variants.ts";
import { examine } from "./doctor.ts";
import { explainProtection } from "./explain-protection.ts";
import { type Flags, readFlags, usage } from "./flags.ts";
import { formatVerdicts } from "./format-verdicts.ts";
import { createAwsAccount } from "./probes/aws-account.ts";
import { createDescribeService } from "./probes/ecs-service.ts";
import { withoutNpm, withThisNode } from "./probes/node-version.ts";
import { createPulumiCli } from "./probes/pulumi.ts";
import { createRunCommand } from "./probes/run-command.ts";
import { downloadPulumi, locatePulumi, pulumiFolder, withPulumiFolder } from "./pulumi-installation.ts";
import { runPulumi } from "./run-pulumi.ts";
import { readStackConfig, type Stack, stackFileName } from "./stack-config.ts";
import { hasProblem } from "./verdict.ts";
import { watchRollout } from "./watch-rollout.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const downloadFolder = pulumiFolder(sdkVersion(), process.env);
const environment = withPulumiFolder(withThisNode(process.env, process.execPath), downloadFolder);
const runForPulumi = createRunCommand({ cwd: root, environment });
const runOfMachine = createRunCommand({ cwd: root, environment: withoutNpm(process.env) });
const pulumi = createPulumiCli(runForPulumi);
const outputsSchema = z.object({ clusterName: z.string(), serviceName: z.string(), taskDefinitionArn: z.string() });

process.exitCode = await main().catch((thrown: unknown) => {
  process.stderr.write(`${asError(thrown).message}\n`);
  return 1;
});
// The channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  if (flags.command !== "doctor" && flags.command !== "costs") await providePulumi();
  if (flags.command === "pulumi") return runPulumi(flags.pulumiArgs, inFront());
  const stackFile = await chooseStackFile(flags.stack);
  const stack = readStackConfig(readFileSync(join(root, "Pulumi.yaml"), "utf8"), readIfThere(stackFile));
  if (flags.command === "costs") {
    process.stdout.write(`${formatCosts(stack.config)}\n\n${formatVariants(stack.config)}\n`);
    return 0;
  }
  if (flags.command === "doctor" || flags.hasDoctor) {
    const isHealthy = await consult(flags, stack, stackFile);
    if (flags.command === "doctor" || !isHealthy) return isHealthy ? 0 : 1;
  }
  return deploy(flags, stack);
}

async function consult(flags: Flags, stack: Stack, stackFile: string): Promise<boolean> {
  const region = stack.region ?? process.env.AWS_REGION ?? "us-east-1";
  const patience = { requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 }, maxAttempts: 2 };
  const verdicts = await examine({
    runForPulumi,
    runOfMachine,
    pulumi,
    sdkVersion: sdkVersion(),
    installation: { file: locatePulumi(environment), downloadFolder },
    wantedStack: flags.stack,
    stackFile,
    stack,
    account: createAwsAccount({
      sts: new STSClient({ region, ...patience }),
      quotas: new ServiceQuotasClient({ region, ...patience }),
    }),
    isTakingDown: flags.command === "destroy",
  });
  process.stdout.write(flags.isJson ? `${JSON.stringify(verdicts, undefined, 2)}\n` : `${formatVerdicts(verdicts)}\n`);
  if (flags.command !== "doctor" && hasProblem(verdicts)) {
    process.stderr.write(`\nPulumi was not started. --no-doctor starts it all the same.\n`);
  }
  return !hasProblem(verdicts);
}

async function deploy(flags: Flags, stack: Stack): Promise<number> {
  if (flags.command === "destroy") process.stdout.write(explainProtection(stack.config, flags.stack));
  const args = [flags.command, ...(flags.stack === undefined ? [] : ["--stack", flags.stack]), ...flags.pulumiArgs];
  const exitCode = await runPulumi(args, inFront());
  if (exitCode !== 0 || flags.command !== "up") return exitCode;
  return followRollout(flags);
}

/** A doctor, which changes nothing, does without. */
async function providePulumi(): Promise<void> {
  if (locatePulumi(environment) !== undefined) return;
  process.stderr.write(`No pulumi on the PATH: downloading ${sdkVersion()} into ${downloadFolder} (once) ...\n`);
  await downloadPulumi(downloadFolder);
}

/** How Pulumi runs in front of the user. */
function inFront() {
  const isTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  return { cwd: root, environment, signals: process, isTerminal };
}

async function followRollout(flags: Flags): Promise<number> {
  const outputs = outputsSchema.safeParse(await pulumi.outputs(flags.stack));
  if (!outputs.success) {
    throw new AppError(
      "no-outputs",
      `The update went through, but whether the workers run cannot be seen: expected the outputs clusterName, serviceName and taskDefinitionArn.`,
    );
  }
  const { clusterName, serviceName, taskDefinitionArn } = outputs.data;
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
  process.on("disconnect", () => stopping.abort());
  const line = createLiveLine(process.stdout);
  const region = taskDefinitionArn.split(":")[3] ?? "";
  try {
    line.print(`Watching ${serviceName} start ${taskDefinitionArn.split("/").at(-1)} ...`);
    const verdict = await watchRollout({
      describe: createDescribeService(new ECSClient({ region }), { cluster: clusterName, service: serviceName }),
      taskDefinitionArn,
      limitSeconds: flags.rolloutMinutes * 60,
      clock: systemClock,
      line,
      signal: stopping.signal,
    });
    line.print(verdict.text);
    return verdict.state === "done" ? 0 : 1;
  } finally {
    line.close();
  }
}

/** The file of the stack that is named or selected; without either, the one that comes with the project. */
async function chooseStackFile(wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return stackFileName(wanted);
  const stacks = await pulumi.stacks();
  const selected = "value" in stacks ? stacks.value.find(({ current }) => current) : undefined;
  return stackFileName(selected?.name ?? "dev");
}

/** A stack has no file until something is configured for it. */
function readIfThere(file: string): string {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function sdkVersion(): string {
  const { version } = createRequire(import.meta.url)("@pulumi/pulumi/package.json") as { version: string };
  return version;
}
