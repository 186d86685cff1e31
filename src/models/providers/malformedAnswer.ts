/** An answer that is none as the provider documents it. */
export class MalformedAnswer extends Error {}

/** What there is instead of an answer, in words. */
export function misfit(given: unknown): string {
  return typeof given === "string" ? given : (JSON.stringify(given) ?? "nothing");
}
