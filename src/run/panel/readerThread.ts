import { parentPort, workerData } from "node:worker_threads";
import { eventsFile } from "../leftovers.ts";
import { readPause } from "../pauseFile.ts";
import { experimentFile } from "../runInfo.ts";
import { liveOwner } from "../runLock.ts";
import { trajectoriesFile } from "../trajectoryFile.ts";
import { CalledReader } from "./calledReader.ts";
import { CallLines } from "./callLines.ts";
import { CallTimeline } from "./callTimeline.ts";
import { ComparedReader } from "./comparedReader.ts";
import { compareModel } from "./compareModel.ts";
import { pageModels } from "./models.ts";
import { PanelFeed } from "./panelFeed.ts";
import { pageModel } from "./panelModel.ts";
import { readerRequestSchema, readerSettingsSchema } from "./readerMessage.ts";
import { RunReader } from "./runReader.ts";
import { fitIn } from "./shownFit.ts";
import { TrajectoryReader } from "./trajectoryReader.ts";

// The thread that reads a run for its panel, so that the editor never waits for it.

const port = parentPort;
if (port === null) throw new Error("the reader is started as a thread, not as a program");
const { folder } = readerSettingsSchema.parse(workerData);
const isLive = (run: string): boolean => liveOwner(run) !== undefined;
/** Ends the present wait. */
let wake = (): void => undefined;
const calls = new CallTimeline();
const own = new RunReader(eventsFile(folder), () => pageModels(calls));
const feed = new PanelFeed({
  reader: new ComparedReader({
    folder,
    own: new CalledReader(own, new CallLines(folder), calls),
    open: (other) => new RunReader(eventsFile(other), () => [pageModel(compareModel)]),
    fileOf: experimentFile,
    isLive,
    now: () => performance.now(),
  }),
  trajectories: new TrajectoryReader(trajectoriesFile(folder)),
  fit: (seq) => fitIn(folder, seq),
  exported: (page, query, kind) => own.exported(page, query, kind),
  isLive: () => isLive(folder),
  pause: () => readPause(folder),
  send: (message) => port.postMessage(message),
  now: () => performance.now(),
  wait: (ms) =>
    new Promise((resolve) => {
      if (ms === 0) setImmediate(resolve);
      else {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }
    }),
});
port.on("message", (message: unknown) => {
  feed.receive(readerRequestSchema.parse(message));
  // A question may be about runs that were not read yet.
  wake();
});
void feed.run();
