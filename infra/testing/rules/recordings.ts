import { type Recorded, recordProgram } from "../record-program.ts";
import type { Configuration } from "./rule.ts";

/** What the program is configured with where every option is on. */
const allOptions: Record<string, string> = {
  "sluice:egress": "endpoints",
  "sluice:encryption": "customer-key",
  "sluice:exec": "true",
  "sluice:spotPercent": "50",
  "sluice:spotInstanceTypes": '["c7g.large"]',
  "sluice:alarmEmail": "ops@example.com",
  "sluice:corsOrigins": '["https://app.example.com"]',
  "sluice:minTasks": "0",
  "sluice:tracing": "true",
};

/** A stack without a file has the defaults of Pulumi.yaml; the region has none. */
const region = { "aws:region": "eu-central-1" };

/** The program, once under each configuration. */
export async function recordAll(): Promise<Record<Configuration, Recorded>> {
  const [defaults, dev, all] = await Promise.all([
    recordProgram(region, "production"),
    recordProgram({}, "dev"),
    recordProgram({ ...region, ...allOptions }, "production"),
  ]);
  return { default: defaults, dev, "all-options": all };
}
