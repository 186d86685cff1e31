import type { Backbones } from "../notebook/kernelBackbones.ts";
import { backboneResultSchema, downloadResultSchema, kernelMessages } from "../notebook/kernelProtocol.ts";
import type { ParentRequests } from "./parentRequests.ts";

/** What runs in cells get from the parent of the kernel for the backbones of their rewards. */
export function kernelBackbones(parent: ParentRequests): Backbones {
  const never = new AbortController().signal;
  return {
    named: async () =>
      backboneResultSchema.parse(await parent.ask(kernelMessages.backbone.method, {}, never)).backbone ?? undefined,
    mayDownload: async (download, signal) =>
      downloadResultSchema.parse(await parent.ask(kernelMessages.download.method, download, signal)).agreed,
    onDownload: (news) => parent.tell(kernelMessages.downloads.method, news),
  };
}
