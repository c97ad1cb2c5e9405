import { z } from "zod";
import { AwsError } from "../../aws-error.ts";
import type { Action } from "../action.ts";
import { integerParameter, parseInput } from "../parse-input.ts";

const mostResults = 1000;

const inputSchema = z.object({
  QueueNamePrefix: z.string().default(""),
  MaxResults: integerParameter("MaxResults", 1, mostResults).optional(),
  NextToken: z.string().optional(),
});

export const listQueues: Action = ({ queues }, input) => {
  const { QueueNamePrefix, MaxResults, NextToken } = parseInput(inputSchema, input);
  const urls = queues
    .all()
    .filter(({ identity }) => identity.name.startsWith(QueueNamePrefix))
    .map(({ identity }) => identity.url);

  const start = NextToken === undefined ? 0 : readToken(NextToken);
  const end = start + (MaxResults ?? mostResults);
  const isMoreWanted = MaxResults !== undefined && end < urls.length;
  return {
    ...(urls.length > start && { QueueUrls: urls.slice(start, end) }),
    ...(isMoreWanted && { NextToken: String(end) }),
  };
};

function readToken(token: string): number {
  if (!/^\d+$/.test(token)) throw new AwsError("InvalidParameterValue", `Invalid NextToken: ${token}`);
  return Number(token);
}
