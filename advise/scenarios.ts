import type { ComputeLeafName } from "./compute-tree.ts";
import type { Answers } from "./tree.ts";

/** A case from practice: the answers that it gives, and where they lead. */
export interface Scenario {
  name: string;
  answers: Answers;
  leaf: ComputeLeafName;
}

const plain = { needs: ["none"], "memory-gigabytes": 0.5 };
const short = { ...plain, "longest-minutes": 1 };

export const scenarios: readonly Scenario[] = [
  {
    name: "Light API with unknown peaks",
    answers: { ...short, work: "request", "start-seconds": 2, load: "uneven", "payload-megabytes": 1 },
    leaf: "light-api",
  },
  {
    name: "Transcoding, 10 to 30 minutes",
    answers: { ...plain, work: "job", "longest-minutes": 30 },
    leaf: "long-work",
  },
  {
    name: "WebSockets and other long connections",
    answers: { needs: ["none"], work: "connection" },
    leaf: "connections",
  },
  {
    name: "Nightly batch of two hours",
    answers: { ...plain, work: "schedule", "longest-minutes": 120 },
    leaf: "scheduled-task",
  },
  { name: "GPU, CUDA", answers: { needs: ["gpu"] }, leaf: "gpu" },
  {
    name: "Queue consumer at high throughput",
    answers: {
      ...short,
      work: "job",
      "exact-concurrency": 0,
      burst: "no",
      "start-seconds": 10,
      load: "steady",
      cost: "normal",
    },
    leaf: "queue-worker",
  },
  {
    name: "Webhook and validation",
    answers: { ...short, work: "event", "payload-megabytes": 1 },
    leaf: "event-function",
  },
  { name: "Legacy Java bound to its operating system", answers: { needs: ["own-os"] }, leaf: "own-os" },
  {
    name: "Steady API, day and night",
    answers: { ...short, work: "request", "start-seconds": 2, load: "steady", cost: "normal" },
    leaf: "steady-service",
  },
  {
    name: "Operations scripts that react to changes",
    answers: { ...short, work: "event", "payload-megabytes": 0.1 },
    leaf: "event-function",
  },
  { name: "Tasks of 25 to 40 minutes", answers: { ...plain, work: "job", "longest-minutes": 40 }, leaf: "long-work" },
  {
    name: "From 0 to 50,000 requests in ten seconds",
    answers: { ...short, work: "job", "exact-concurrency": 0, burst: "yes" },
    leaf: "burst",
  },
  {
    name: "8 GB and more, and sometimes a GPU",
    answers: { needs: ["gpu-sometimes"], "memory-gigabytes": 8 },
    leaf: "gpu-sometimes",
  },
  { name: "Shared file system", answers: { needs: ["shared-files"] }, leaf: "shared-files" },
  { name: "Own network stack: proxy, iptables", answers: { needs: ["network-stack"] }, leaf: "network-stack" },
  {
    name: "Steady load that must cost little",
    answers: {
      ...short,
      work: "job",
      "exact-concurrency": 0,
      burst: "no",
      "start-seconds": 60,
      load: "steady",
      cost: "decides",
    },
    leaf: "steady-cheapest",
  },
  {
    name: "Start within a second",
    answers: { ...short, work: "request", "start-seconds": 0.5 },
    leaf: "resident",
  },
  {
    name: "Queue with a concurrency of exactly 20",
    answers: { ...short, work: "job", "exact-concurrency": 20 },
    leaf: "exact-concurrency",
  },
  { name: "Scratch disk with many operations a second", answers: { needs: ["fast-disk"] }, leaf: "fast-disk" },
  { name: "Private scanned images and own agents", answers: { needs: ["own-agents"] }, leaf: "own-agents" },
];
