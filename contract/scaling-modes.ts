/** Who moves the number of tasks: the controller by itself, or AWS's target tracking on the metric that it publishes. */
export const scalingModes = ["steering", "tracking"] as const;

export type ScalingMode = (typeof scalingModes)[number];
