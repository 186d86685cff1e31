import { parentPort, workerData } from "node:worker_threads";
import { eventsFile } from "../leftovers.ts";
import { liveOwner } from "../runLock.ts";
import { pageModels } from "./models.ts";
import { PanelFeed } from "./panelFeed.ts";
import { readerRequestSchema, readerSettingsSchema } from "./readerMessage.ts";
import { RunReader } from "./runReader.ts";

// The thread that reads a run for its panel, so that the editor never waits for it.

const port = parentPort;
if (port === null) throw new Error("the reader is started as a thread, not as a program");
const { folder } = readerSettingsSchema.parse(workerData);
const feed = new PanelFeed({
  reader: new RunReader(eventsFile(folder), pageModels),
  isLive: () => liveOwner(folder) !== undefined,
  send: (message) => port.postMessage(message),
  now: () => performance.now(),
  wait: (ms) =>
    new Promise((resolve) => {
      if (ms === 0) setImmediate(resolve);
      else setTimeout(resolve, ms);
    }),
});
port.on("message", (message: unknown) => feed.receive(readerRequestSchema.parse(message)));
void feed.run();
