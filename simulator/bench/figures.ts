/** Figures as the page shows them; what is unknown stays so, and is shown as a dash. */
export function percent(value: number): string;
export function percent(value: number | undefined): string | undefined;
export function percent(value: number | undefined): string | undefined {
  return value?.toFixed(1);
}

export function ratio(value: number): string;
export function ratio(value: number | undefined): string | undefined;
export function ratio(value: number | undefined): string | undefined {
  return value?.toFixed(2);
}

/** The three that judge, in the order in which the page has them everywhere: in time, task-hours, instance-hours. */
export function threeFigures(one: { slo: number; tasks: number; instances: number | undefined }): string {
  return `${percent(one.slo)} · ${ratio(one.tasks)} · ${ratio(one.instances) ?? "-"}`;
}
