import { z } from "zod";
import { backUp } from "../backup/back-up.ts";
import { arnOf } from "../gateway/account.ts";
import { startSchedule } from "../scheduler/schedule.ts";
import { nameOnly, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

/** The rates at which the laptop backs up instead of AWS's times of day, so that `--speed` applies. */
const rates = { "cron(0 * * * ? *)": "rate(1 hour)", "cron(0 3 * * ? *)": "rate(1 day)" } as const;

const planSchema = z.strictObject({
  rules: z.tuple([
    z.strictObject({
      ruleName: z.string(),
      targetVaultName: z.string(),
      schedule: z.enum(Object.keys(rates) as (keyof typeof rates)[]),
      ...noEffects("a backup starts at once", "startWindow", "completionWindow"),
      lifecycle: noEffect("snapshots are removed with the run folder"),
    }),
  ]),
});

export const backup: Record<string, ResourceHandler> = {
  "aws:backup/vault:Vault": nameOnly(
    { forceDestroy: noEffect("the vault goes with the cloud"), kmsKeyArn: noEffect("snapshots are this user's files") },
    ({ cloud, physicalName }) => ({
      arn: arnOf(cloud.place, "backup", `backup-vault:${physicalName}`),
      name: physicalName,
    }),
  ),
  "aws:backup/plan:Plan": resource(planSchema, ({ inputs, physicalName, cloud }) => {
    const [{ targetVaultName, schedule }] = inputs.rules;
    cloud.backupPlans.set(physicalName, { vaultName: targetVaultName, rate: rates[schedule] });
    return { id: physicalName, outputs: { arn: arnOf(cloud.place, "backup", `backup-plan:${physicalName}`) } };
  }),
  "aws:backup/selection:Selection": resource(
    z.strictObject({ planId: z.string(), iamRoleArn: z.string(), resources: z.array(z.string()) }),
    ({ inputs: { planId, iamRoleArn: roleArn, resources }, physicalName, cloud }) => {
      const plan = cloud.backupPlans.get(planId);
      if (!plan) throw new Error(`expected the id of a backup plan; came "${planId}"`);
      const { clock, speed, onLine } = cloud.options;
      const stop = startSchedule({
        expression: plan.rate,
        clock,
        speed,
        target: async () => {
          const { vaultName } = plan;
          await Promise.all(resources.map((resourceArn) => backUp(cloud, { resourceArn, roleArn, vaultName })));
        },
        onError: (error) => onLine(`backup/${planId}`, error.message),
      });
      cloud.stopSchedules.push(stop);
      return { id: physicalName, outputs: {} };
    },
  ),
};
