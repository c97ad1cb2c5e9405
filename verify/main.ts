import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "../load/connect.ts";
import { findTarget } from "../load/find-target.ts";
import { formatHelp, readChoice, text, toggle } from "../report/flag-kinds.ts";
import { readCommandLine } from "../report/flags.ts";
import { AppError, asError } from "../runtime/errors.ts";
import { readLaptopOutputs, readPulumiOutputs } from "../runtime/find-outputs.ts";
import { checkNames, checks, type World } from "./checks.ts";
import { ownUserId, readCloudWatch, readFiles } from "./read-log.ts";

const flags = {
  folder: text("PATH", "folder of a stack on this machine; without it, the Pulumi stack if there is one", undefined),
  url: text("URL", "the job API; default: that of the stack", undefined),
  "query-url": text("URL", "the query service; default: that of the stack", undefined),
  user: text("ID", "owner whose jobs are read; default: the owner of the jobs that this command submits", undefined),
  sign: toggle("signs requests to the job API with AWS credentials; without it, only after a first 403"),
  "token-file": text("FILE", "sends the token in this file to the job API; needs --user", undefined),
};

const usage = formatHelp(
  `Checks a stack with queryService from outside, and prints a line for each check.

  npm run verify -- health    GET /health through the load balancer
  npm run verify -- job       submits a job and waits for its end
  npm run verify -- query     reads an owner's newest jobs from the query service
  npm run verify -- flow      submits a job and reads its result from the query service
  npm run verify -- logs      reads the query service's log
  npm run verify -- all       all of them

The load balancer is internal: on AWS, run this inside the network, or with --query-url through a tunnel.
Exit code 0: all passed. 1: a check failed. 2: no stack was found, or the command line is invalid.`,
  flags,
);

const root = fileURLToPath(new URL("..", import.meta.url));
const jobSeconds = 120;
const answerSeconds = 30;

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  return 2;
});
// An open channel to the launcher keeps the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const [given = "--help", ...args] = process.argv.slice(2);
  const isHelp = given === "--help" || given === "-h";
  const { values, names, ...line } = readCommandLine({ command: "npm run verify --", flags, args }, (read) => {
    if (read.values["token-file"] !== undefined && read.values.user === undefined) {
      read.refuse("--token-file needs --user: the owner of a token's jobs is not in the token alone");
    }
    return { values: read.values, names: isHelp ? [] : readNames(given, read.refuse) };
  });
  if (isHelp || line.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  const { world, close } = await enter(values);
  let code = 0;
  try {
    for (const name of names) {
      try {
        console.log(`ok      ${name.padEnd(7)} ${await checks[name](world)}`);
      } catch (error) {
        code = 1;
        const { message, cause } = asError(error);
        console.log(`failed  ${name.padEnd(7)} ${message}${cause instanceof Error ? `: ${cause.message}` : ""}`);
      }
    }
  } finally {
    await close();
  }
  return code;
}

function readNames(given: string, refuse: (problem: string) => void) {
  try {
    const name = readChoice(given, [...checkNames, "all"]);
    return name === "all" ? [...checkNames] : [name];
  } catch (error) {
    refuse(asError(error).message);
    return [];
  }
}

/** Finds the stack and connects to it. */
async function enter(values: { [Name in keyof typeof flags]: ReturnType<(typeof flags)[Name]["read"]> }) {
  const { folder, user, "token-file": tokenFile } = values;
  const target = await findTarget({ root, url: values.url, folder });
  const laptopFolder = resolve(root, folder ?? ".sluice");
  const isLaptop = target.fleetFile !== undefined;
  const outputs = isLaptop ? readLaptopOutputs(laptopFolder) : await readPulumiOutputs(root);
  const queryUrl = values["query-url"] ?? outputs?.queryUrl;
  const logGroupName = outputs?.queryLogGroupName;
  if (typeof queryUrl !== "string") {
    throw new AppError("no-query-service", "Expected a stack with queryService: true, or --query-url; there is none.");
  }
  const connection = await connect({
    url: target.url,
    mustSign: values.sign,
    keys: target.keys,
    token: tokenFile === undefined ? undefined : (await readFile(tokenFile, "utf8")).trim(),
    sockets: 4,
    retries: 2,
    answerSeconds,
    signal: new AbortController().signal,
  });
  const world: World = {
    async askQueryService(path, body) {
      const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      const signal = AbortSignal.timeout(answerSeconds * 1_000);
      const response = await fetch(`${queryUrl.replace(/\/$/, "")}${path}`, { ...(body ? post : {}), signal });
      return { status: response.status, text: await response.text() };
    },
    submit: () => connection.sender.submit({ payload: { verify: "hello" } }),
    waitFor: (jobId) => connection.watcher.waitFor(jobId, { timeoutSeconds: jobSeconds }),
    readLog: () => {
      if (isLaptop) return readFiles(resolve(laptopFolder, "logs"));
      if (typeof logGroupName === "string") return readCloudWatch(logGroupName, target.url);
      throw new AppError("no-log", "expected the output queryLogGroupName of a Pulumi stack; there is none");
    },
    user: user ?? (connection.isSigned ? await ownUserId(target) : "anonymous"),
  };
  return { world, close: connection.close };
}
