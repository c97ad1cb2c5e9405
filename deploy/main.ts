import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import * as z from "zod";
import { createLiveLine } from "../report/live-line.ts";
import { systemClock } from "../runtime/clock.ts";
import { AppError, asError } from "../runtime/errors.ts";
import { checkAll } from "./doctor.ts";
import { type Flags, readFlags, usage } from "./flags.ts";
import { formatCosts, formatVariants } from "./format-costs.ts";
import { createAwsAccount } from "./probes/aws-account.ts";
import { createPulumiCli } from "./probes/pulumi.ts";
import { createRunCommand } from "./probes/run-command.ts";
import {
  downloadPulumi,
  locatePulumi,
  pulumiFolder,
  withoutNpm,
  withPulumiFolder,
  withThisNode,
} from "./pulumi-installation.ts";
import { runPulumi } from "./run-pulumi.ts";
import { readStackConfig, refreshArgs, type Stack, stackFileName } from "./stack-config.ts";
import { formatVerdicts, hasProblem } from "./verdict.ts";
import { createDescribeService, watchRollout } from "./watch-rollout.ts";

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
// An open channel to the launcher keeps the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  if (flags.command !== "doctor" && flags.command !== "costs") await installPulumi();
  if (flags.command === "pulumi") return runPulumi(flags.pulumiArgs, pulumiOptions());
  const stackFile = await chooseStackFile(flags.stack);
  const stack = readStackConfig(readFileSync(join(root, "Pulumi.yaml"), "utf8"), readIfPresent(stackFile));
  if (flags.command === "costs") {
    process.stdout.write(`${formatCosts(stack.config)}\n\n${formatVariants(stack.config)}\n`);
    return 0;
  }
  if (flags.command === "doctor" || flags.hasDoctor) {
    const isReady = await runDoctor(flags, stack, stackFile);
    if (flags.command === "doctor" || !isReady) return isReady ? 0 : 1;
  }
  return deploy(flags, stack);
}

/** Prints the verdicts and returns whether there is no problem. */
async function runDoctor(flags: Flags, stack: Stack, stackFile: string): Promise<boolean> {
  const region = stack.region ?? process.env.AWS_REGION ?? "us-east-1";
  const options = { requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 }, maxAttempts: 2 };
  const verdicts = await checkAll({
    runForPulumi,
    runOfMachine,
    pulumi,
    sdkVersion: sdkVersion(),
    installation: { file: locatePulumi(environment), downloadFolder },
    wantedStack: flags.stack,
    stackFile,
    stack,
    account: createAwsAccount({
      sts: new STSClient({ region, ...options }),
      quotas: new ServiceQuotasClient({ region, ...options }),
    }),
    isDestroy: flags.command === "destroy",
  });
  process.stdout.write(flags.isJson ? `${JSON.stringify(verdicts, undefined, 2)}\n` : `${formatVerdicts(verdicts)}\n`);
  if (flags.command !== "doctor" && hasProblem(verdicts)) {
    process.stderr.write("\nPulumi was not started because of the problems above. --no-doctor starts it anyway.\n");
  }
  return !hasProblem(verdicts);
}

async function deploy(flags: Flags, stack: Stack): Promise<number> {
  if (flags.command === "destroy") process.stdout.write(explainProtection(stack.config, flags.stack));
  const args = [
    flags.command,
    ...(flags.stack === undefined ? [] : ["--stack", flags.stack]),
    ...refreshArgs(flags.command, stack.config),
    ...flags.pulumiArgs,
  ];
  const exitCode = await runPulumi(args, pulumiOptions());
  if (exitCode !== 0 || flags.command !== "up") return exitCode;
  return followRollout(flags);
}

/** Says how to delete a stack with `protectData`, or all but its data. */
function explainProtection({ protectData }: Stack["config"], stack: string | undefined): string {
  if (!protectData) return "";
  const name = stack === undefined ? "" : ` --stack ${stack}`;
  const script = stack === undefined ? "" : ` -- --stack ${stack}`;
  return `This stack protects its data (sluice:protectData): Pulumi will refuse to delete the jobs table, the bucket, the images and the key.

To keep them and delete the rest:
  npm run destroy -- --exclude-protected${name}
To delete them permanently too:
  pulumi config set sluice:protectData false${name}
  npm run up${script}
  npm run destroy${script}
`;
}

async function installPulumi(): Promise<void> {
  if (locatePulumi(environment) !== undefined) return;
  process.stderr.write(`No pulumi on the PATH: downloading ${sdkVersion()} into ${downloadFolder} (once) ...\n`);
  await downloadPulumi(downloadFolder);
}

function pulumiOptions() {
  const isTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  return { cwd: root, environment, signals: process, isTerminal };
}

async function followRollout(flags: Flags): Promise<number> {
  const outputs = outputsSchema.safeParse(await pulumi.outputs(flags.stack));
  if (!outputs.success) {
    throw new AppError(
      "no-outputs",
      "The update succeeded, but the rollout cannot be watched: expected the outputs clusterName, serviceName and taskDefinitionArn.",
    );
  }
  const { clusterName, serviceName, taskDefinitionArn } = outputs.data;
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
  process.on("disconnect", () => stopping.abort());
  const line = createLiveLine(process.stdout);
  const region = taskDefinitionArn.split(":")[3] ?? "";
  try {
    line.print(`Watching service ${serviceName} roll out ${taskDefinitionArn.split("/").at(-1)} ...`);
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

/** Returns the file of the named or selected stack, or else of the stack `dev`, which comes with the project. */
async function chooseStackFile(wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return stackFileName(wanted);
  const stacks = await pulumi.stacks();
  const selected = "value" in stacks ? stacks.value.find(({ current }) => current) : undefined;
  return stackFileName(selected?.name ?? "dev");
}

/** A stack without settings has no file. */
function readIfPresent(file: string): string {
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
