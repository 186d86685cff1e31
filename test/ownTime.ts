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

/** CPU time that tells how much of a processor a program gets: some ten slices of the scheduler. */
const PROBE_MS = 30;

/** The part of a processor in (0, 1] that this machine leaves to one more program. */
export function freeShare(): number {
  const [began, before] = [performance.now(), process.cpuUsage()];
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    const computed = (user + system) / 1000;
    const passed = performance.now() - began;
    if (computed >= PROBE_MS) return Math.min(1, computed / passed);
  }
}

/**
 * Milliseconds of the quickest round of a measure that other processes have a part in, as it would be if no other program
 * wanted this machine: what passed, times the share that the machine had left before and after it. As many rounds as are
 * given, none after one within the limit.
 */
export async function quickestMs(limitMs: number, round: () => Promise<number>, most = 3): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  for (let rounds = 0; rounds < most && quickest >= limitMs; rounds++) {
    const before = freeShare();
    const passed = await round();
    quickest = Math.min(quickest, passed * ((before + freeShare()) / 2));
  }
  return quickest;
}
