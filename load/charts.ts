import type { HtmlChart } from "../report/html-page.ts";
import { clamp } from "../runtime/arithmetic.ts";
import { cut } from "./fleet.ts";
import type { LoadRecord } from "./summarize-load.ts";

/** Draws the load over time, in seconds from its start. Jobs that did not finish appear in the planned rate only. */
export function drawCharts({ sent, followed, fleet, startedAt, endedAt }: LoadRecord): HtmlChart[] {
  const durationSeconds = Math.max(1, Math.ceil((endedAt - startedAt) / 1000));
  const step = Math.ceil(durationSeconds / mostPoints);
  const seconds = Array.from({ length: Math.ceil(durationSeconds / step) + 1 }, (_, index) => index * step);
  const count = (moments: readonly number[]) => countByStep(moments, startedAt, step, seconds.length);
  const finishes = [...followed.finishes.values()];
  const times = (field: "createdAt" | "startedAt" | "finishedAt") =>
    count(finishes.flatMap((finish) => (finish[field] === undefined ? [] : Date.parse(finish[field]))));
  const [created, started, finished] = [times("createdAt"), times("startedAt"), times("finishedAt")];
  const perSecond = (counts: number[]) => counts.map((value) => value / step);
  const minus = (a: number[], b: number[]) => a.map((value, index) => Math.max(0, value - (b[index] ?? 0)));
  const planned = count(sent.flatMap(({ jobs, plannedAt }) => jobs.map(() => plannedAt)));

  const charts: HtmlChart[] = [
    {
      title: "Accepted and finished, in total",
      unit: "jobs",
      seconds,
      series: [
        { name: "accepted", values: addUp(created) },
        { name: "finished", values: addUp(finished) },
      ],
    },
    {
      title: "Waiting and running",
      unit: "jobs",
      seconds,
      series: [
        { name: "waiting", values: minus(addUp(created), addUp(started)) },
        { name: "running", values: minus(addUp(started), addUp(finished)) },
      ],
    },
    {
      title: "Rates",
      unit: "jobs a second",
      seconds,
      series: [
        { name: "planned", values: perSecond(planned) },
        { name: "accepted", values: perSecond(created) },
        { name: "finished", values: perSecond(finished) },
      ],
    },
  ];
  if (fleet === undefined) return charts;

  const moments = cut(fleet, startedAt, endedAt);
  const at = seconds.map((second) => moments.findLast((moment) => moment.at <= startedAt + second * 1000));
  return [
    ...charts.slice(0, 2),
    {
      title: "Fleet",
      unit: "tasks and instances",
      isStepped: true,
      seconds,
      series: [
        { name: "tasks running", values: at.map((moment) => moment?.runningTasks) },
        { name: "tasks desired", values: at.map((moment) => moment?.desiredTasks) },
        { name: "instances", values: at.map((moment) => moment?.instances) },
      ],
    },
    ...charts.slice(2),
    {
      title: "Queue",
      unit: "messages",
      seconds,
      series: [
        { name: "visible", values: at.map((moment) => moment?.visible) },
        { name: "in flight", values: at.map((moment) => moment?.inFlight) },
      ],
    },
    {
      title: "NeedPercent: needed tasks in percent of the present ones",
      unit: "%",
      isStepped: true,
      seconds,
      series: [{ name: "NeedPercent", values: at.map((moment) => moment?.needPercent) }],
    },
  ];
}

/** More points are not visible, and make the page of a day's load many megabytes long. */
const mostPoints = 1_500;

function countByStep(moments: readonly number[], startedAt: number, step: number, length: number): number[] {
  const counts = new Array<number>(length).fill(0);
  for (const moment of moments) {
    const index = clamp(Math.floor((moment - startedAt) / 1000 / step), 0, length - 1);
    counts[index] = (counts[index] ?? 0) + 1;
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
