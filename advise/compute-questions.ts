import type { Questions } from "./tree.ts";

export const computeQuestions = {
  needs: {
    kind: "several",
    ask: "What does the work need beyond CPU and memory?",
    hint: "Ask the people who run it today. Look for nvidia drivers, kernel modules, iptables rules, mounted file systems and daemons beside it.",
    choices: {
      none: "nothing special",
      gpu: "a GPU for every job",
      "gpu-sometimes": "a GPU for some jobs",
      "own-os": "an operating system, kernel or license of its own",
      "network-stack": "a network stack of its own, such as a proxy or iptables",
      "fast-disk": "a scratch disk with many operations a second",
      "shared-files": "a file system that several tasks share",
      "own-agents": "agents beside it, or private images that are scanned",
    },
  },
  work: {
    kind: "choice",
    ask: "What starts the work?",
    hint: "If a caller gets an answer before the work is done, it is a job, whatever the protocol.",
    choices: {
      request: "a request whose caller waits for the result",
      job: "a job from a queue or an API that answers at once; the result comes later",
      event: "an event: a webhook, an upload, a change in the account",
      schedule: "a schedule, such as a nightly batch",
      connection: "a client that stays connected, such as a WebSocket",
    },
  },
  "longest-minutes": {
    kind: "number",
    least: 0,
    most: 1_000_000,
    ask: "How many minutes does the longest piece of work take?",
    hint: "Take the longest of the last month, not the mean. --jobs FILE measures it.",
  },
  "memory-gigabytes": {
    kind: "number",
    least: 0.01,
    most: 24_576,
    ask: "How many GB of memory does one piece of work need?",
    hint: "Look at the resident memory of its process at the highest point.",
  },
  "exact-concurrency": {
    kind: "number",
    least: 0,
    most: 1_000,
    isWhole: true,
    ask: "How many jobs may run at once, exactly? 0: no such limit",
    hint: "Is there a license, a database or a partner that allows a fixed number of connections?",
  },
  burst: {
    kind: "choice",
    ask: "Do more than 1,000 jobs sometimes arrive within ten seconds?",
    hint: "Look at the highest second of the access log. --jobs FILE measures it.",
    choices: { yes: "yes", no: "no" },
  },
  "start-seconds": {
    kind: "number",
    least: 0,
    most: 86_400,
    ask: "Within how many seconds must the work start?",
    hint: "How long may a user look at a screen that shows nothing? For a batch: how much later may it end?",
  },
  load: {
    kind: "choice",
    ask: "How is the work spread over time?",
    hint: "Compare the busiest hour of a week with the mean. Peaks that nobody knows yet count as uneven. --jobs FILE measures it.",
    choices: { steady: "about the same day and night", uneven: "with peaks or idle hours, or nobody knows yet" },
  },
  cost: {
    kind: "choice",
    ask: "Does the price of the machines decide?",
    hint: "Compare a month's cost below with an hour of an engineer's work.",
    choices: { decides: "yes, more than the work of running them", normal: "no" },
  },
  "payload-megabytes": {
    kind: "number",
    least: 0,
    most: 1_000_000,
    ask: "How many MB has the largest request, event or answer?",
    hint: "If large parts can be uploaded to S3 first, count only what remains in the request.",
  },
  "manage-instances": {
    kind: "choice",
    ask: "Do you want to manage EC2 instances: their type, image, number and patches?",
    hint: "Sluice scales instances itself. What remains is their type, quotas and newer images.",
    choices: { yes: "yes", no: "no" },
  },
} as const satisfies Questions;

/** They change no choice; a month's cost needs them. */
export const loadQuestions = {
  "jobs-per-month": {
    kind: "number",
    least: 1,
    most: 1e12,
    isWhole: true,
    ask: "How many pieces of work arrive in a month?",
    hint: "Count them in the access log. --jobs FILE measures it.",
  },
  "typical-seconds": {
    kind: "number",
    least: 0.001,
    most: 60_000_000,
    ask: "How many seconds does one take on average?",
    hint: "Take the mean, not the median. --jobs FILE measures it.",
  },
} as const satisfies Questions;
