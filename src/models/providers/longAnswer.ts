/**
 * Answers are read whole, and whoever waits for a whole answer is served no sooner by a stream. Beyond so many tokens,
 * though, an answer may take longer than connections without a sign of life are kept open (at 35 tokens a second this
 * is four minutes; Node.js gives up after five, and one SDK refuses to try): such answers are streamed.
 */
const STREAMED_FROM_TOKENS = 8_192;

export function isStreamed(maxTokens: number): boolean {
  return maxTokens > STREAMED_FROM_TOKENS;
}
