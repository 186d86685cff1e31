/**
 * Pairs of one example depend on each other: what is ordered wrongly in one is often so in all. The number of independent
 * pairs that would bound the alignment as closely, from the variance of a ratio over examples (Cochran, Sampling
 * Techniques, section 11.2: examples are the units that are drawn).
 *
 * @param margins r⁺ − r⁻ of P held-out pairs, shape (P)
 * @param exampleIds their examples, shape (P)
 * @returns from 0 (no pairs) to P; the number of examples where these do not differ (all pairs ordered
 *   rightly, say), which tells nothing of their spread
 * @throws RangeError when there are margins, but not as many as examples
 */
export function effectivePairs(margins: ArrayLike<number>, exampleIds: readonly string[]): number {
  const pairs = margins.length;
  if (pairs === 0) return 0;
  if (pairs !== exampleIds.length) throw new RangeError(`${pairs} margins but ${exampleIds.length} examples`);
  const examples = new Map<string, { pairs: number; right: number }>();
  let right = 0;
  for (const [pair, exampleId] of exampleIds.entries()) {
    const margin = margins[pair] as number;
    const worth = margin > 0 ? 1 : margin === 0 ? 0.5 : 0;
    const example = examples.get(exampleId) ?? { pairs: 0, right: 0 };
    example.pairs++;
    example.right += worth;
    examples.set(exampleId, example);
    right += worth;
  }
  const count = examples.size;
  const alignment = right / pairs;
  let squares = 0;
  for (const example of examples.values()) squares += (example.right - alignment * example.pairs) ** 2;
  if (count < 2 || squares === 0) return count;
  const variance = (count / (count - 1)) * (squares / pairs ** 2);
  return Math.min(pairs, Math.max(1, (alignment * (1 - alignment)) / variance));
}
