import type { FailureKind } from "../modelFailure.ts";
import type { ProviderError } from "./providerError.ts";

/** One line of a provider's table: the first that fits says what an error is. */
export interface FailureRule {
  readonly fits: (error: ProviderError) => boolean;
  /** "filtered": a filter took the request for harmful, which is an outcome and no failure. */
  readonly kind: FailureKind | "filtered";
  /** What to do, where the kind's own advice does not say it. */
  readonly advice?: string;
  /** It lies in what all requests have in common, though its kind says otherwise: the run ends. */
  readonly endsRun?: true;
}

/** What was asked for by name, as servers say that a model does not have it. */
export const askedRules: readonly FailureRule[] = [
  {
    fits: ({ status, parameter, message }) =>
      (status === 400 || status === 422) &&
      /\b(?:reasoning(?:[._]effort)?|effort|thinking|budget_tokens)\b/.test(parameter || message),
    kind: "bad request",
    advice: "Change effort or thinkingTokens of the component, or of the model in optimas.models.json.",
    endsRun: true,
  },
];

/** What every server means by a status, where its own table says nothing else. */
export const statusRules: readonly FailureRule[] = [
  { fits: ({ status }) => status === undefined, kind: "network" },
  { fits: ({ status }) => status === 401 || status === 403, kind: "authentication" },
  { fits: ({ status }) => status === 402, kind: "quota" },
  { fits: ({ status }) => status === 404, kind: "unknown model" },
  { fits: ({ status }) => status === 408, kind: "timeout" },
  // A conflict is one of moments: two requests were in each other's way.
  { fits: ({ status }) => status === 409, kind: "overloaded" },
  { fits: ({ status }) => status === 413, kind: "too long" },
  { fits: ({ status }) => status === 429, kind: "rate limit" },
  { fits: ({ status }) => status !== undefined && status >= 500, kind: "overloaded" },
];

/** What can be done about a failure, by its kind; "" where asking again is all, which is said by whoever asks again. */
export const advice: Readonly<Record<Exclude<FailureKind, "authentication">, string>> = {
  "rate limit": "",
  overloaded: "",
  network: "Check the connection and the address.",
  timeout: "",
  "malformed answer": "Check that the address is that of the model's server and not of a proxy's page.",
  quota: "Add credit to the account, then resume the run.",
  "unknown model": "Check the name after the colon, and that the account may use this model.",
  "too long": "Shorten the prompt or the inputs, or use a model that holds more.",
  "bad request": "Check the component's settings, or use another model.",
};
