import { metricDimensions, metricNames, metricNamespace } from "../../contract/metrics.ts";

/** Physical names of the resources that the dashboard shows. */
export interface DashboardNames {
  region: string;
  apiId: string;
  queueName: string;
  /** Queues besides the standard one, by the names that graphs show. */
  otherQueueNames: Record<string, string>;
  deadLetterQueueName: string;
  clusterName: string;
  serviceName: string;
  /** Absent where tasks run without instances of the stack's own. */
  instances?: { groupName: string; capacityProviderName: string };
  functionNames: Record<string, string>;
  logGroupNames: string[];
  backlogTarget: number;
  waitTargetSeconds: number;
  hasController: boolean;
}

type Metric = (string | Record<string, string | number>)[];

interface Graph {
  title: string;
  metrics: Metric[];
  stat?: "Sum" | "Maximum" | "Average";
  /** A labeled horizontal line. */
  line?: { label: string; value: number };
  stacked?: boolean;
}

interface Section {
  text: string;
  rows: Graph[][];
}

/** CloudWatch dashboard body: a row for jobs, a row for scaling, then failures. */
export function dashboardBody(names: DashboardNames) {
  const parts = [jobSection(names), names.hasController ? decisionSection(names) : capacitySection(names)];
  const widgets: Widget[] = [];
  let y = 0;
  const add = (height: number, row: Omit<Widget, "x" | "y" | "width" | "height">[]) => {
    const width = gridWidth / row.length;
    widgets.push(...row.map((widget, index) => ({ x: index * width, y, width, height, ...widget })));
    y += height;
  };
  for (const { text, rows } of parts) {
    add(textHeight, [{ type: "text", properties: { markdown: text } }]);
    for (const row of rows)
      add(
        graphHeight,
        row.map((graph) => graphWidget(graph, names.region)),
      );
  }
  add(textHeight, [{ type: "text", properties: { markdown: failuresText } }]);
  add(graphHeight, [failuresWidget(names)]);
  return { widgets };
}

function jobSection(names: DashboardNames): Section {
  const api = (metric: string, options = {}): Metric => [
    "AWS/ApiGateway",
    metric,
    "ApiId",
    names.apiId,
    "Stage",
    "$default",
    options,
  ];
  const queues = (metric: string, label: string): Metric[] => [
    ["AWS/SQS", metric, "QueueName", names.queueName, { label }],
    ...Object.entries(names.otherQueueNames).map(([name, queueName]): Metric => {
      return ["AWS/SQS", metric, "QueueName", queueName, { label: `${name}: ${label}` }];
    }),
  ];
  const dead: Metric = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", names.deadLetterQueueName];
  const worker = (metric: string): Metric => ["AWS/ECS", metric, ...serviceDimensions(names)];
  const waitTarget = { label: "a job should start within", value: names.waitTargetSeconds };
  return {
    text: `## The road of a job\nA request is kept (202) and its message queued; a worker takes it. **Waiting** should stay below ${names.waitTargetSeconds} s. Anything in the **dead-letter queue** needs a person.`,
    rows: [
      [
        { title: "Requests", stat: "Sum", metrics: [api("Count"), api("4xx"), api("5xx", { color: "#d62728" })] },
        {
          title: "API latency, ms",
          metrics: [api("Latency", { stat: "p50", label: "p50" }), api("Latency", { stat: "p99", label: "p99" })],
        },
        {
          title: "Function errors",
          stat: "Sum",
          metrics: Object.entries(names.functionNames).map(([label, name]) => [
            "AWS/Lambda",
            "Errors",
            "FunctionName",
            name,
            { label },
          ]),
        },
      ],
      [
        {
          title: "Messages",
          stat: "Maximum",
          metrics: [
            ...queues("ApproximateNumberOfMessagesVisible", "waiting"),
            ...queues("ApproximateNumberOfMessagesNotVisible", "in flight"),
          ],
        },
        {
          title: "Waiting: age of the oldest message, s",
          stat: "Maximum",
          metrics: queues("ApproximateAgeOfOldestMessage", "oldest"),
          line: waitTarget,
        },
        { title: "Dead-letter queue", stat: "Maximum", metrics: [[...dead, { label: "messages" }]] },
        {
          title: "Workers, % of what they reserve",
          stat: "Average",
          metrics: [worker("CPUUtilization"), worker("MemoryUtilization")],
        },
      ],
    ],
  };
}

function decisionSection(names: DashboardNames): Section {
  const own = (metric: keyof typeof metricNames, options = {}): Metric => [
    metricNamespace,
    metricNames[metric],
    ...Object.entries(metricDimensions(names)).flat(),
    options,
  ];
  return {
    text: `## The road of a decision\nSeveral times a minute the controller measures, decides and acts (\`npm run scaler -- status\` shows why). **Need** is the decided task count in percent of the tasks that run or are desired. Target tracking keeps it at 100: alone in tracking mode, as a fallback in steering mode. **Stranded jobs** scale the service from zero.${names.instances ? reservationText : ""} Without a **heartbeat** only the backstop scales.`,
    rows: [
      [
        {
          title: "Need, %",
          stat: "Average",
          metrics: [own("needPercent", { label: "need" })],
          line: { label: "target", value: 100 },
        },
        tasksGraph(names, own("decidedTasks", { label: "decided" })),
        {
          title: "Jobs as the controller sees them",
          stat: "Maximum",
          metrics: [own("visibleJobs"), own("jobsInFlight"), own("strandedJobs", { color: "#d62728" })],
        },
        {
          title: "Backlog per task",
          stat: "Maximum",
          metrics: [own("backlogPerTask", { label: "backlog" })],
          line: { label: "acceptable", value: names.backlogTarget },
        },
      ],
      [
        {
          title: "Arrivals per second, and mean service time in seconds",
          stat: "Average",
          metrics: [
            own("arrivalsPerSecond", { label: "arrivals" }),
            own("meanServiceSeconds", { label: "service time" }),
          ],
        },
        ...instanceGraphs(names),
        { title: "Controller's heartbeat, per minute", stat: "Sum", metrics: [own("heartbeat", { label: "ticks" })] },
      ],
    ],
  };
}

const reservationText =
  " The capacity provider keeps its **reservation** at 100 % above the minimum size that the controller sets.";

/** Without a controller: tasks, and instances if the stack has its own. */
function capacitySection(names: DashboardNames): Section {
  return {
    text: `## Tasks${names.instances ? " and instances" : ""}\nNo controller runs (\`scalingMode\` is step or fixed): step policies, or nothing, set the **desired** tasks.${names.instances ? " The capacity provider keeps its **reservation** at 100 %." : ""}`,
    rows: [[tasksGraph(names), ...instanceGraphs(names)]],
  };
}

function tasksGraph(names: DashboardNames, ...decided: Metric[]): Graph {
  const insight = (metric: string, label: string): Metric => [
    "ECS/ContainerInsights",
    metric,
    ...serviceDimensions(names),
    { label },
  ];
  return {
    title: "Tasks",
    stat: "Average",
    metrics: [
      ...decided,
      insight("DesiredTaskCount", "desired"),
      insight("RunningTaskCount", "running"),
      insight("PendingTaskCount", "pending"),
    ],
  };
}

function instanceGraphs({ instances, clusterName }: DashboardNames): Graph[] {
  if (!instances) return [];
  const { groupName, capacityProviderName } = instances;
  const group = (metric: string, label: string): Metric => [
    "AWS/AutoScaling",
    metric,
    "AutoScalingGroupName",
    groupName,
    { label },
  ];
  return [
    {
      title: "Instances",
      stat: "Average",
      metrics: [
        group("GroupMinSize", "minimum"),
        group("GroupDesiredCapacity", "desired"),
        group("GroupInServiceInstances", "in service"),
      ],
    },
    {
      title: "Capacity provider: needed over running instances, %",
      stat: "Average",
      metrics: [
        [
          "AWS/ECS/ManagedScaling",
          "CapacityProviderReservation",
          "CapacityProviderName",
          capacityProviderName,
          "ClusterName",
          clusterName,
        ],
      ],
      line: { label: "target", value: 100 },
    },
  ];
}

interface Widget {
  type: "metric" | "text" | "log";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Record<string, unknown>;
}

/** CloudWatch's grid has 24 columns. */
const gridWidth = 24;
const graphHeight = 6;
const textHeight = 3;

function graphWidget({ title, metrics, stat = "Average", line }: Graph, region: string) {
  return {
    type: "metric" as const,
    properties: {
      title,
      region,
      view: "timeSeries",
      stat,
      period: 60,
      metrics,
      ...(line ? { annotations: { horizontal: [line] } } : {}),
    },
  };
}

const failuresText =
  "## What failed\nThe newest errors of functions and workers in the time range above. Each refresh reads these logs and costs about $0.005 per GB.";

/** Log lines of the functions have pino's numeric level; lines that Lambda writes have a level word. */
function failuresWidget({ region, logGroupNames }: DashboardNames) {
  const sources = logGroupNames.map((name) => `SOURCE '${name}'`).join(" | ");
  return {
    type: "log" as const,
    properties: {
      title: "Newest errors",
      region,
      view: "table",
      query: `${sources} | fields @timestamp, part, jobId, message, err.message | filter level >= 50 or level in ["ERROR", "FATAL"] or type = "platform.fault" | sort @timestamp desc | limit 50`,
    },
  };
}

function serviceDimensions({ clusterName, serviceName }: DashboardNames): string[] {
  return ["ClusterName", clusterName, "ServiceName", serviceName];
}
