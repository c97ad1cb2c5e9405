import type * as z from "zod";
import {
  type ScheduleView,
  type scheduledJobSchema,
  scheduleListSchema,
  type scheduleRequestSchema,
  scheduleViewSchema,
} from "../contract/schedule.ts";
import type { Answer, CallOptions, HttpCall } from "./exchange.ts";

/** When to submit which job: `cron` and `timeZone`, or `everyMinutes`. */
export type NewSchedule = Omit<z.input<typeof scheduleRequestSchema>, "job"> & {
  job: z.input<typeof scheduledJobSchema>;
};

/** The part of the job client that sends requests. */
export interface ScheduleExchange {
  base: string;
  /** Sends a signed request, with retries. */
  send(call: HttpCall, expected: readonly number[], options: CallOptions): Promise<Answer>;
  read<Schema extends z.ZodType>(schema: Schema, answer: Answer, call: HttpCall): z.infer<Schema>;
}

/** Calls for schedules, on a stack that has them. All are idempotent and retried. */
export function createScheduleClient({ base, send, read }: ScheduleExchange) {
  const addressOf = (scheduleId: string) => `${base}/schedules/${encodeURIComponent(scheduleId)}`;

  /** Creates or changes a schedule. */
  async function put(scheduleId: string, schedule: NewSchedule, options: CallOptions = {}): Promise<ScheduleView> {
    const headers = { "content-type": "application/json" };
    const call: HttpCall = { method: "PUT", url: addressOf(scheduleId), headers, body: JSON.stringify(schedule) };
    return read(scheduleViewSchema, await send(call, [200, 201], options), call);
  }

  async function get(scheduleId: string, options: CallOptions = {}): Promise<ScheduleView> {
    const call: HttpCall = { method: "GET", url: addressOf(scheduleId), headers: {} };
    return read(scheduleViewSchema, await send(call, [200], options), call);
  }

  /** Lists the caller's schedules in the order of their ids. */
  async function* list(options: CallOptions = {}): AsyncGenerator<ScheduleView, void> {
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const call: HttpCall = { method: "GET", url: `${base}/schedules${query}`, headers: {} };
      const page = read(scheduleListSchema, await send(call, [200], options), call);
      yield* page.schedules;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** Deletes a schedule. False if there is none, which is also the answer to a retry whose first try deleted it. */
  async function remove(scheduleId: string, options: CallOptions = {}): Promise<boolean> {
    const call: HttpCall = { method: "DELETE", url: addressOf(scheduleId), headers: {} };
    return (await send(call, [200, 404], options)).status === 200;
  }

  return { put, get, list, delete: remove };
}
