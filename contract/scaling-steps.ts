import * as z from "zod";

/** The metric of the alarms of `scalingMode: step`: visible messages in all, or divided by the tasks that run or are desired. */
export const stepMetrics = ["messages", "messages-per-task"] as const;

const messages = z.number().min(0).max(1_000_000);
const tasks = z.int().min(1).max(1_000).optional();
const most = { steps: 20, addPercent: 1_000, removePercent: 100 };

const scaleOutStep = z
  .strictObject({ messages, addTasks: tasks, addPercent: z.int().min(1).max(most.addPercent).optional() })
  .refine(({ addTasks, addPercent }) => (addTasks === undefined) !== (addPercent === undefined), {
    error: "expected either addTasks or addPercent",
  });

const scaleInStep = z
  .strictObject({ messages, removeTasks: tasks, removePercent: z.int().min(1).max(most.removePercent).optional() })
  .refine(({ removeTasks, removePercent }) => (removeTasks === undefined) !== (removePercent === undefined), {
    error: "expected either removeTasks or removePercent",
  });

/** From so many messages on, so many tasks more. */
export const scaleOutStepsSchema = stepList(scaleOutStep, ({ addTasks }) => addTasks !== undefined);

/** At so many messages or fewer, so many tasks fewer. */
export const scaleInStepsSchema = stepList(scaleInStep, ({ removeTasks }) => removeTasks !== undefined);

/** A policy of AWS has up to 20 steps, with one unit for all. */
function stepList<Step extends { messages: number }>(step: z.ZodType<Step>, isInTasks: (step: Step) => boolean) {
  return z
    .array(step)
    .max(most.steps)
    .refine((steps) => new Set(steps.map(({ messages }) => messages)).size === steps.length, {
      error: "expected another number of messages in each step",
    })
    .refine((steps) => new Set(steps.map(isInTasks)).size < 2, {
      error: "expected steps in tasks or steps in percent, not both in one list",
    });
}
