/** The M/M/c queue in equilibrium: https://en.wikipedia.org/wiki/Erlang_(unit)#Erlang_C_formula */
export function erlangC(slots: number, perSecond: number, meanServiceSeconds: number) {
  const offered = perSecond * meanServiceSeconds;
  // Erlang B by its recursion, which no factorial overflows.
  let blocked = 1;
  for (let count = 1; count <= slots; count += 1) blocked = (offered * blocked) / (count + offered * blocked);
  const use = offered / slots;
  const shareThatWaits = blocked / (1 - use * (1 - blocked));
  return { shareThatWaits, meanWaitSeconds: (shareThatWaits * meanServiceSeconds) / (slots - offered) };
}

/** Mean and standard error of values that follow from one another: from the means of long stretches, which hardly do. */
export function batchMeans(values: Float64Array, batches: number): { mean: number; standardError: number } {
  const length = Math.floor(values.length / batches);
  const means = Array.from({ length: batches }, (_, batch) => {
    return values.subarray(batch * length, (batch + 1) * length).reduce((sum, value) => sum + value, 0) / length;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / batches;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches - 1);
  return { mean, standardError: Math.sqrt(variance / batches) };
}
