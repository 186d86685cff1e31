/**
 * Milliseconds that this process needs for something: neither more than passed nor more than its threads computed. What
 * other programs do meanwhile does not count, nor does waiting for them.
 */
export async function ownMs(work: () => unknown): Promise<number> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.min(performance.now() - began, (user + system) / 1000);
}

/**
 * Milliseconds of the quickest round of a measure that other processes have a part in, whose time cannot be told apart
 * from what the machine does besides: as many rounds as are given, none after one within the limit.
 */
export async function quickestMs(limitMs: number, round: () => Promise<number>, most = 3): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  for (let rounds = 0; rounds < most && quickest >= limitMs; rounds++) quickest = Math.min(quickest, await round());
  return quickest;
}
