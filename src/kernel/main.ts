import { isMainThread, Worker, workerData } from "node:worker_threads";
import { newSharedMemory, sharedCounts, type ToEvaluation } from "./threadMessages.ts";

// Entry of the kernel process, and of its channel thread. The threads load what they need and nothing else.
if (isMainThread) {
  const memory = newSharedMemory();
  const worker = new Worker(new URL(import.meta.url), { workerData: memory, name: "channel" });
  // The channel thread may be the first to be ready. A worker's messages wait for nobody, so they are kept.
  const early: ToEvaluation[] = [];
  const keep = (message: ToEvaluation): void => void early.push(message);
  worker.on("message", keep);
  const { serveEvaluation } = await import("./evaluationThread.ts");
  worker.off("message", keep);
  serveEvaluation(worker, sharedCounts(memory));
  for (const message of early) worker.emit("message", message);
} else {
  const { serveChannel } = await import("./channelThread.ts");
  serveChannel(sharedCounts(workerData));
}
