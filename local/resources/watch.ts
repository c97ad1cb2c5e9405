import * as z from "zod";
import { arnOf } from "../gateway/account.ts";
import { nameOnly, noEffect, noEffects, type ResourceHandler } from "./resource.ts";

const noEvents = "no service here sends events to a bus";

/** Logs, events and the dashboard. On the laptop the output of `npm start` replaces most of them. */
export const watch: Record<string, ResourceHandler> = {
  "aws:cloudwatch/eventRule:EventRule": nameOnly(
    { description: noEffect("a text for people"), eventPattern: noEffect(noEvents) },
    ({ cloud, physicalName }) => ({ arn: arnOf(cloud.place, "events", `rule/${physicalName}`), name: physicalName }),
  ),
  "aws:cloudwatch/eventTarget:EventTarget": nameOnly(
    { rule: z.string(), arn: z.string(), inputTransformer: noEffect(noEvents) },
    ({ physicalName }) => ({ targetId: physicalName }),
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
