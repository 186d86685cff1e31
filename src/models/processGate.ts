import { Limiter } from "./limiter.ts";
import type { RequestGate } from "./requestGate.ts";

let gate: RequestGate | undefined;

/**
 * The gate of this process: limits are those of an account, so everything that the process sends, and all that the kernels
 * send that it has started, goes through one.
 */
export function processGate(): RequestGate {
  gate ??= new Limiter();
  return gate;
}
