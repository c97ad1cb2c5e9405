import { expect, it } from "vitest";
import { readFlags } from "./flags.ts";
import { simulate } from "./simulate.ts";

async function run(line: string, isTerminal = false) {
  const written: string[] = [];
  const shown: string[] = [];
  await simulate(
    readFlags(line.split(" ")),
    { write: (text) => written.push(text) },
    { isTTY: isTerminal, write: (text) => shown.push(text) },
  );
  return { output: written.join(""), progress: shown.join("") };
}

it("prints a row for each policy under a title that says what the numbers are", async () => {
  const { output, progress } = await run("--shape steady --minutes 10 --policy steering --policy jit");

  const [title, , titles, ...rows] = output.trimEnd().split("\n");
  expect(title).toBe("steady: simulated, 1 seed, a model of AWS. Nothing here was measured on AWS.");
  expect(titles).toMatch(/^policy +in time % +tasks \/ least/);
  expect(rows.map((row) => row.split(" ")[0])).toEqual(["steering", "jit"]);
  expect(progress).toBe("");
});

it("shows on a terminal how far it is, and takes that away again", async () => {
  const { progress } = await run("--shape steady --minutes 5 --policy jit", true);

  expect(progress).toContain("replayed [####################] 100% 1 of 1");
  expect(progress.endsWith("\r\u001b[K")).toBe(true);
});

it("gives each seed of a shape jobs of its own, and every replay as JSON", async () => {
  const { output } = await run("--shape burst --minutes 10 --policy jit --seeds 2 --json --layer ideal");

  const results = JSON.parse(output);
  expect(results).toMatchObject([
    { list: "burst", policy: "jit", layer: "ideal", seed: 1, unfinishedJobs: 0 },
    { list: "burst", policy: "jit", layer: "ideal", seed: 2, unfinishedJobs: 0 },
  ]);
  expect(results[0].jobs).not.toBe(results[1].jobs);
});

it("disturbs every replay as it was told", async () => {
  const { output } = await run(
    "--shape flash --minutes 60 --policy steering --policy jit --json --disturb outage --backstop",
  );

  expect(JSON.parse(output)).toMatchObject([
    { policy: "steering", disturbances: ["outage"], hasBackstop: true },
    { policy: "jit", disturbances: ["outage"], hasBackstop: true },
  ]);
});

it("compares ec2, fargate and lambda in one table that says what is modelled", async () => {
  const { output } = await run("--shape steady --rate 0.05 --minutes 20 --service 1200 --compute");

  const [title, , titles, ...rows] = output.split("\n");
  expect(title).toBe("Simulated, on a model of AWS with list prices of us-east-1. Nothing here was measured on AWS.");
  expect(titles).toMatch(/^list +compute +cannot run +in time % +wait p50/);
  expect(rows.slice(0, 3).map((row) => row.split(/ +/)[1])).toEqual(["ec2", "fargate", "lambda"]);
  expect(rows[2]).toMatch(/lambda +(\d+) of \1 +0\.0 +- +- +- +0\.0000/);
});
