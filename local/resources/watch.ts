import { z } from "zod";
import { nameOnly, noEffect, type Request, type ResourceHandler, resource } from "./resource.ts";

const nobodyListens = "what is published is shown, and sent to nobody";
const noEvents = "no service here sends events to a bus";

/** Who watches on AWS: on the laptop the one who started it does. */
export const watch: Record<string, ResourceHandler> = {
  "aws:sns/topic:Topic": resource(
    z.strictObject({ displayName: noEffect(nobodyListens), kmsMasterKeyId: noEffect(nobodyListens) }),
    (request) => {
      const { cloud, physicalName } = request;
      const arn = arnOf(request, "sns", "");
      cloud.cloudWatch.actions.set(arn, (alarm) => {
        cloud.options.onLine(`topic/${physicalName}`, `alarm ${alarm.name} is ${alarm.state.value}`);
      });
      return { id: arn, outputs: { arn, name: physicalName } };
    },
  ),
  "aws:sns/topicPolicy:TopicPolicy": resource(
    z.strictObject({ arn: z.string(), policy: noEffect(nobodyListens) }),
    ({ inputs }) => ({ id: inputs.arn, outputs: {} }),
  ),
  "aws:sns/topicSubscription:TopicSubscription": nameOnly(
    { topic: z.string(), protocol: z.literal("email"), endpoint: noEffect("no mail leaves the laptop") },
    (request) => ({ arn: arnOf(request, "sns", "") }),
  ),
  "aws:cloudwatch/eventRule:EventRule": nameOnly(
    { description: noEffect("a text for people"), eventPattern: noEffect(noEvents) },
    (request) => ({ arn: arnOf(request, "events", "rule/"), name: request.physicalName }),
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
};

function arnOf({ cloud, physicalName }: Request<unknown>, service: string, prefix: string): string {
  return `arn:aws:${service}:${cloud.place.region}:${cloud.place.accountId}:${prefix}${physicalName}`;
}
