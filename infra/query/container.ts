import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { queryEnvironment, VariablesOf } from "../../contract/environment.ts";
import { queryPort } from "../../contract/query.ts";
import type { Config } from "../config.ts";
import type { WorkerImage } from "../image.ts";
import { containerLogs } from "../log-group.ts";

/** The definition of the query service's container. Fargate has no privileged mode, tmpfs or Docker security options. */
export function containerDefinitions(
  {
    config,
    image,
    logGroup,
    apiUrl,
  }: {
    config: Pick<Config, "exec">;
    image: Pick<WorkerImage, "uri">;
    logGroup: aws.cloudwatch.LogGroup;
    apiUrl: pulumi.Output<string>;
  },
  options: pulumi.InvokeOptions,
): pulumi.Output<string> {
  const region = aws.getRegionOutput({}, options).region;
  const environment: VariablesOf<typeof queryEnvironment, pulumi.Input<string>> = {
    AWS_REGION: region,
    HOST: "0.0.0.0",
    PORT: String(queryPort),
    QUERY_API_URL: apiUrl,
  };
  return pulumi.jsonStringify([
    {
      name: "query",
      image: image.uri,
      command: ["node", "main.mjs"],
      essential: true,
      portMappings: [{ containerPort: queryPort, protocol: "tcp" }],
      // The service stops within 20 s.
      stopTimeout: 30,
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      healthCheck: answersHealth,
      user: "1000:1000",
      // The agent of ECS Exec writes to the root file system.
      readonlyRootFilesystem: !config.exec,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      ulimits: [{ name: "nofile", softLimit: 65_536, hardLimit: 65_536 }],
      logConfiguration: containerLogs(logGroup, region, "query"),
    },
  ]);
}

/** GET /health with the shell of the image, which has no curl. Another Node process would cost more than the service itself. */
const answersHealth = {
  command: [
    "CMD",
    "bash",
    "-c",
    `exec 3<>/dev/tcp/127.0.0.1/${queryPort} && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q -m 1 '^HTTP/1.1 200' <&3`,
  ],
  interval: 30,
  timeout: 5,
  retries: 3,
  startPeriod: 60,
};
