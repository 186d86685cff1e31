import { isMainThread, Worker, workerData } from "node:worker_threads";
import { newSharedMemory, sharedCounts } from "./threadMessages.ts";

// Entry of the kernel process, and of its channel thread. The threads load what they need and nothing else.
if (isMainThread) {
  const memory = newSharedMemory();
  const worker = new Worker(new URL(import.meta.url), { workerData: memory, name: "channel" });
  const { serveEvaluation } = await import("./evaluationThread.ts");
  serveEvaluation(worker, sharedCounts(memory));
} else {
  const { serveChannel } = await import("./channelThread.ts");
  serveChannel(sharedCounts(workerData));
}
