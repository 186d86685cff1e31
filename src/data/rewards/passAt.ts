/**
 * Unbiased estimate of pass@k, in [0, 1]: the chance that at least one of k samples drawn without replacement from n
 * passes when c of them do, 1 - C(n-c, k) / C(n, k) (arXiv:2107.03374, eq. 1), as a product that cannot overflow.
 * @param n samples drawn, at least k
 * @param c samples that passed, from 0 to n
 * @param k from 1
 * @throws RangeError outside these ranges
 */
export function passAt(n: number, c: number, k: number): number {
  const whole = [n, c, k].every(Number.isInteger);
  if (!whole || k < 1 || c < 0 || c > n || k > n) {
    throw new RangeError(`passAt needs whole numbers with 0 <= c <= n and 1 <= k <= n, got n=${n}, c=${c}, k=${k}`);
  }
  let noneOf = 1;
  for (let i = n - c + 1; i <= n; i++) noneOf *= Math.max(0, 1 - k / i);
  return 1 - noneOf;
}
