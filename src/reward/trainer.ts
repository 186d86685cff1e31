import { Console } from "node:console";
import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { diskErrorCode } from "../run/diskError.ts";
import { errorMessage } from "../system/userError.ts";
import type { LocalRewards } from "./localRewards.ts";
import { openRewards } from "./openRewards.ts";
import {
  exportSchema,
  fileRequestSchema,
  fitProgress,
  fitRequest,
  fitSchema,
  handshakeSchema,
  openSchema,
  protocolVersion,
  requests,
  scoredItems,
  scoreSchema,
} from "./trainerProtocol.ts";

/** Entry of the trainer process; `startTrainer` is its other end. */
function main(): void {
  // stdout belongs to the protocol: one stray line would break it for good.
  globalThis.console = new Console(process.stderr, process.stderr);
  // Ctrl-C in a terminal reaches the whole process group; whether the trainer ends is for its parent to say.
  process.on("SIGINT", () => undefined);
  const connection = createMessageConnection(
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  );
  // A parent that goes away, in whatever way, closes our stdin.
  connection.onClose(() => process.exit(0));
  process.stdin.on("end", () => process.exit(0));
  serve(connection);
  connection.listen();
}

function serve(connection: MessageConnection): void {
  let agreed = false;
  let opened: LocalRewards | undefined;
  const answer = (method: string, work: (params: unknown, signal: AbortSignal) => Promise<unknown>): void =>
    void connection.onRequest(method, async (params: unknown, token: CancellationToken) => {
      if (!agreed && method !== requests.handshake.method)
        return new ResponseError(ErrorCodes.ServerNotInitialized, `"${method}" before the handshake`);
      const controller = new AbortController();
      const registration = token.onCancellationRequested(() => controller.abort());
      try {
        return await work(params, controller.signal);
      } catch (thrown) {
        const name = thrown instanceof Error ? thrown.name : "Error";
        const disk = diskErrorCode(thrown);
        return new ResponseError(ErrorCodes.InternalError, errorMessage(thrown), { name, ...(disk && { disk }) });
      } finally {
        registration.dispose();
      }
    });

  const rewards = (): LocalRewards => {
    if (opened === undefined) throw new Error("local rewards were asked for before they were opened");
    return opened;
  };
  answer(requests.handshake.method, async (params) => {
    const { protocol } = handshakeSchema.parse(params);
    agreed = protocol === protocolVersion;
    if (!agreed) throw new Error(`the trainer speaks protocol ${protocolVersion}, its parent protocol ${protocol}`);
    return { protocol: protocolVersion };
  });
  answer(requests.open.method, async (params) => {
    opened = await openRewards(openSchema.parse(params));
    return { backbone: opened.backbone, notes: opened.notes };
  });
  answer(requests.fit.method, async (params, signal) => {
    const message = fitSchema.parse(params);
    return rewards().fit(fitRequest(message), signal, (progress) => {
      void connection.sendProgress(fitProgress, message.progress, progress);
    });
  });
  answer(requests.score.method, async (params, signal) => {
    const message = scoreSchema.parse(params);
    return rewards().score(message.component, scoredItems(message), signal);
  });
  answer(requests.save.method, async (params) => {
    await rewards().save(fileRequestSchema.parse(params).file);
    return null;
  });
  answer(requests.load.method, async (params) => {
    await rewards().load(fileRequestSchema.parse(params).file);
    return null;
  });
  answer(requests.export.method, async (params) => {
    const { folder, facts } = exportSchema.parse(params);
    return (await rewards().export?.(folder, facts)) ?? [];
  });
}

main();
