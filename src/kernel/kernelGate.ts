import { type Entry, GateClosed, type RequestGate } from "../models/requestGate.ts";
import { closedGateSchema, enterResultSchema, kernelMessages } from "../notebook/kernelProtocol.ts";
import { ParentRefused, type ParentRequests } from "./parentRequests.ts";

/** The gate of the parent, which serves all of its kernels, as code in this kernel finds it. */
export function kernelGate(parent: ParentRequests): RequestGate {
  return {
    async enter({ provider, model, tokens, limits }: Entry, signal, told) {
      const turn = parent.newNumber();
      const params = { turn, provider, model, tokens, limits };
      const answer = await parent
        .ask(kernelMessages.enter.method, params, signal, turn, told)
        .catch((thrown: unknown) => Promise.reject(closedOr(thrown)));
      const { waitedMs } = enterResultSchema.parse(answer);
      return {
        waitedMs,
        leave: (passage) => parent.tell(kernelMessages.leave.method, { turn, passage }),
      };
    },
  };
}

function closedOr(thrown: unknown): unknown {
  const closed = closedGateSchema.safeParse(thrown instanceof ParentRefused ? thrown.data : undefined);
  return closed.success ? new GateClosed(closed.data.provider, closed.data.retryAfterMs) : thrown;
}
