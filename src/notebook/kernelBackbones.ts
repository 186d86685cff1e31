import type { CancellationToken, MessageConnection } from "vscode-jsonrpc/node";
import {
  type Download,
  type DownloadNews,
  downloadNewsSchema,
  downloadSchema,
  kernelMessages,
} from "./kernelProtocol.ts";

/** What whoever runs cells has for backbones of local rewards. */
export interface Backbones {
  /**
   * On what runs learn whose experiment names no backbone: "lexical", the absolute path of a folder, or "hub:owner/name";
   * undefined where nobody says.
   */
  readonly named?: () => Promise<string | undefined>;
  /** Asks a person whether so much may be downloaded; null where nobody can be asked. */
  readonly mayDownload?: (download: Download, signal: AbortSignal) => Promise<boolean | null>;
  /** Hears how downloads go. */
  readonly onDownload?: (news: DownloadNews) => void;
}

/**
 * Answers what a kernel asks of backbones: the parent's side.
 * @returns ends the questions and downloads that are under way, for the kernel is gone
 */
export function answerBackbones(
  connection: MessageConnection,
  { named, mayDownload, onDownload }: Backbones,
): () => void {
  const gone = new AbortController();
  const underWay = new Set<string>();
  const hear = (news: DownloadNews): void => {
    if (news.kind === "over") underWay.delete(news.name);
    else underWay.add(news.name);
    onDownload?.(news);
  };
  connection.onRequest(kernelMessages.backbone, async () => ({ backbone: (await named?.()) ?? null }));
  connection.onRequest(kernelMessages.download, async (params: unknown, token: CancellationToken) => {
    const download = downloadSchema.parse(params);
    const takenBack = new AbortController();
    const cancelled = token.onCancellationRequested(() => takenBack.abort());
    try {
      const agreed = await mayDownload?.(download, AbortSignal.any([gone.signal, takenBack.signal]));
      return { agreed: agreed ?? null };
    } finally {
      cancelled.dispose();
    }
  });
  connection.onNotification(kernelMessages.downloads, (params: unknown) => hear(downloadNewsSchema.parse(params)));
  return () => {
    gone.abort(new Error("the kernel is gone"));
    for (const name of underWay) hear({ kind: "over", name });
  };
}
