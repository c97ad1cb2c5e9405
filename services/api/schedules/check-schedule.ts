import type { FieldError } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import { scheduleRequestSchema, unscheduledFields } from "../../../contract/schedule.ts";
import { defaultTimeZone, isTimeZone } from "../../../contract/time-zone.ts";
import { findUploads } from "../../jobs/types/find-uploads.ts";
import type { PayloadSchemas } from "../../jobs/types/schemas.ts";
import { cronError } from "../../schedules/rhythm.ts";
import type { Definition } from "../../schedules/schedule.ts";
import { describe, fieldErrors, nameOf } from "../http/field-errors.ts";
import { invalidRequest, Problem, refusal } from "../http/problem.ts";
import { checkJob, type JobLimits } from "../submit/check-job.ts";

/** Validates the body of PUT /schedules/{scheduleId}. @throws Problem that lists all invalid fields */
export function checkSchedule(
  body: unknown,
  deps: { payloadSchemas: PayloadSchemas; most: JobLimits; now(): number },
): Definition {
  const parsed = scheduleRequestSchema.safeParse(body);
  const given = membersOf(body);
  // The errors of the job are found by tryJob, which says more.
  const ofFields = parsed.success ? [] : fieldErrors(parsed.error, body).filter(({ field }) => field !== "job");
  const own = [...ofFields, ...(given ? rhythmErrors(given) : [])];
  const job = given && tryJob(given.job, deps);
  if (job instanceof Problem) throw withErrors(job, own);
  if (!parsed.success || job === undefined || own.length > 0) throw invalidRequest(own);
  const { cron, everyMinutes, timeZone = defaultTimeZone, paused, missed, overlap } = parsed.data;
  const rhythm = everyMinutes === undefined ? { cron: String(cron), timeZone } : { everyMinutes };
  return { rhythm, job, isPaused: paused, missed, overlap };
}

type Members = Record<string, unknown>;

function membersOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

function rhythmErrors({ cron, everyMinutes, timeZone }: Members): FieldError[] {
  if (cron === undefined && everyMinutes === undefined) {
    return [{ field: "cron", expected: "a cron expression, or everyMinutes instead", came: "nothing" }];
  }
  if (cron !== undefined && everyMinutes !== undefined) {
    return [{ field: "everyMinutes", expected: "either cron or everyMinutes", came: "both" }];
  }
  const errors: FieldError[] = [];
  const wrong = typeof cron === "string" && cron.length <= limits.cronCharacters ? cronError(cron) : undefined;
  if (wrong !== undefined) errors.push({ field: "cron", expected: wrong, came: describe(cron) });
  if (timeZone !== undefined && everyMinutes !== undefined) {
    errors.push({ field: "timeZone", expected: "no time zone with everyMinutes", came: describe(timeZone) });
  } else if (typeof timeZone === "string" && !isTimeZone(timeZone)) {
    const expected = "the name of a time zone, such as Europe/Berlin";
    errors.push({ field: "timeZone", expected, came: describe(timeZone) });
  }
  return errors;
}

/** Validates the job as POST /jobs does. Returns the problem, so that the answer can list other fields too. */
function tryJob(job: unknown, deps: Parameters<typeof checkSchedule>[1]): Definition["job"] | Problem {
  const given = membersOf(job);
  if (given === undefined) {
    return invalidRequest([{ field: "job", expected: "a job as in POST /jobs", came: describe(job) }]);
  }
  const extra = unscheduledFields.flatMap((field) =>
    given[field] === undefined
      ? []
      : [{ field: `job.${field}`, expected: "no such field in a schedule's job", came: describe(given[field]) }],
  );
  try {
    const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !isUnscheduled(name)));
    const checked = checkJob(rest, undefined, { ...deps, isOrdered: false });
    const payload = "payload" in checked ? checked.payload : null;
    const text = JSON.stringify(payload);
    const errors = [...extra, ...payloadErrors(text)];
    for (const { path, objectKey } of findUploads(deps.payloadSchemas[checked.type], payload)) {
      const expected = `no upload in a schedule, because uploads are deleted after ${limits.uploadDays} days`;
      errors.push({ field: nameOf("job.payload", path), expected, came: describe(objectKey) });
    }
    if (errors.length > 0) return invalidRequest(errors);
    return { type: checked.type, payload: text, options: checked.options };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const named = (error.errors ?? []).map((each) => ({ ...each, field: `job.${each.field}` }));
    return refusal(error.status, error.code, error.title, [...extra, ...named], { moreErrors: error.moreErrors });
  }
}

function isUnscheduled(name: string): boolean {
  return unscheduledFields.some((field) => field === name);
}

function payloadErrors(text: string): FieldError[] {
  const bytes = Buffer.byteLength(text);
  if (bytes <= limits.inlineBytes) return [];
  return [
    {
      field: "job.payload",
      expected: `at most ${limits.inlineBytes} bytes of JSON in a schedule`,
      came: `${bytes} bytes`,
    },
  ];
}

/** The problem of the job, with the errors of the other fields before its own. */
function withErrors(problem: Problem, errors: FieldError[]): Problem {
  if (errors.length === 0) return problem;
  return refusal(400, "invalid-request", "The request is invalid", [...errors, ...(problem.errors ?? [])], {
    moreErrors: problem.moreErrors,
  });
}
