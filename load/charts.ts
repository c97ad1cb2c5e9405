import type { HtmlChart } from "../report/html-page.ts";
import { clamp } from "../runtime/arithmetic.ts";
import { cut } from "./fleet.ts";
import type { LoadRecord } from "./summarize-load.ts";

/** The load over time, in seconds from its beginning. */
export function drawCharts({ sent, followed, fleet, startedAt, endedAt }: LoadRecord): HtmlChart[] {
  const seconds = Array.from({ length: Math.ceil((endedAt - startedAt) / 1000) + 1 }, (_, second) => second);
  const count = (moments: readonly number[]) => countBySecond(moments, startedAt, seconds.length);
  const jobsAt = (field: "plannedAt" | "sentAt") =>
    count(sent.flatMap((request) => request.jobs.map(() => request[field])));
  const finishes = [...followed.finishes.values()];
  const times = (field: "createdAt" | "startedAt" | "finishedAt") =>
    addUp(count(finishes.flatMap((finish) => (finish[field] === undefined ? [] : Date.parse(finish[field])))));
  const accepted = times("createdAt");
  const started = times("startedAt");
  const finished = times("finishedAt");
  const minus = (a: number[], b: number[]) => a.map((value, index) => Math.max(0, value - (b[index] ?? 0)));

  const charts: HtmlChart[] = [
    {
      title: "Arrivals a second",
      seconds,
      series: [
        { name: "planned", values: jobsAt("plannedAt") },
        { name: "sent", values: jobsAt("sentAt") },
      ],
    },
    {
      title: "Jobs that finished in the end",
      seconds,
      series: [
        { name: "waiting", values: minus(accepted, started) },
        { name: "running", values: minus(started, finished) },
      ],
    },
  ];
  if (fleet === undefined) return charts;

  const moments = cut(fleet, startedAt, endedAt);
  const at = seconds.map((second) => moments.findLast((moment) => moment.at <= startedAt + second * 1000));
  return [
    ...charts,
    {
      title: "Fleet",
      seconds,
      series: [
        { name: "tasks running", values: at.map((moment) => moment?.runningTasks) },
        { name: "tasks wanted", values: at.map((moment) => moment?.desiredTasks) },
        { name: "instances", values: at.map((moment) => moment?.instances) },
      ],
    },
    {
      title: "Queue",
      seconds,
      series: [
        { name: "visible", values: at.map((moment) => moment?.visible) },
        { name: "in flight", values: at.map((moment) => moment?.inFlight) },
      ],
    },
    {
      title: "NeedPercent, as published: 100 is right",
      seconds,
      series: [{ name: "NeedPercent", values: at.map((moment) => moment?.needPercent) }],
    },
  ];
}

function countBySecond(moments: readonly number[], startedAt: number, length: number): number[] {
  const counts = new Array<number>(length).fill(0);
  for (const moment of moments) {
    const second = clamp(Math.floor((moment - startedAt) / 1000), 0, length - 1);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

function addUp(counts: readonly number[]): number[] {
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum;
  });
}
