import * as z from "zod";
import { arnOf } from "../gateway/account.ts";
import { jsonText, nameOnly, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

/** Logs, events and the dashboard. On the laptop the output of `npm start` replaces most of them. */
export const watch: Record<string, ResourceHandler> = {
  "aws:cloudwatch/eventRule:EventRule": resource(
    z.strictObject({
      description: noEffect("a text for people"),
      eventPattern: jsonText(z.record(z.string(), z.unknown())),
    }),
    ({ inputs, cloud, physicalName }) => {
      const arn = arnOf(cloud.place, "events", `rule/${physicalName}`);
      cloud.eventRules.set(physicalName, { arn, pattern: inputs.eventPattern, targetArns: [] });
      return { id: physicalName, outputs: { arn, name: physicalName } };
    },
  ),
  "aws:cloudwatch/eventTarget:EventTarget": resource(
    z.strictObject({
      rule: z.string(),
      arn: z.string(),
      inputTransformer: noEffect("it is for topics, and the laptop's services send events to functions only"),
    }),
    ({ inputs, cloud, physicalName }) => {
      cloud.eventRules.get(inputs.rule)?.targetArns.push(inputs.arn);
      return { id: physicalName, outputs: { targetId: physicalName } };
    },
  ),
  "aws:cloudwatch/dashboard:Dashboard": nameOnly(
    { dashboardName: z.string(), dashboardBody: noEffect("there is no console to show it in") },
    ({ cloud, physicalName }) => ({
      dashboardArn: `arn:aws:cloudwatch::${cloud.place.accountId}:dashboard/${physicalName}`,
    }),
  ),
  "aws:cloudwatch/logGroup:LogGroup": nameOnly(
    {
      namePrefix: noEffect("no service delivers logs here"),
      ...noEffects("logs are files of the run folder and are removed with it", "retentionInDays", "kmsKeyId"),
    },
    ({ physicalName, cloud }) => ({
      arn: arnOf(cloud.place, "logs", `log-group:${physicalName}`),
      name: physicalName,
    }),
  ),
};
