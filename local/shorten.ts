/** AWS's delays as a faster AWS would have them: every value whose name ends in `Milliseconds`, divided by the speed. */
export function shorten<Parameters extends object>(parameters: Parameters, speed: number): Parameters {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    name.endsWith("Milliseconds") && typeof value === "number" ? value / speed : value,
  ]);
  return Object.fromEntries(entries) as Parameters;
}
