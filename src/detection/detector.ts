import { parentPort, workerData } from "node:worker_threads";
import { detectorSettingsSchema, type FromDetector } from "./detectorProtocol.ts";
import { DetectorService } from "./detectorService.ts";
import { Grammars } from "./grammars.ts";

// The thread that finds definitions, so that the editor never waits for it.

const port = parentPort;
if (port === null) throw new Error("the detector is started as a thread, not as a program");
const { grammars, ignoreCase } = detectorSettingsSchema.parse(workerData);
const loaded = Grammars.load(grammars).then(
  (parsers) =>
    new DetectorService({
      grammars: parsers,
      ignoreCase,
      send: (message: FromDetector) => port.postMessage(message),
    }),
);
// Without its grammars the thread is of no use: a failure ends it, and whoever started it is told.
port.on("message", (message: unknown) => {
  void loaded.then((service) => service.receive(message));
});
