import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import type { Definition, DetectedFile } from "../../src/detection/definition.ts";
import { WorkspaceModel } from "../../src/detection/workspaceModel.ts";
import { DetectorThread } from "../../src/extension/index/detectorThread.ts";

const dist = (name: string) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

/** The detector in its thread, as the extension starts it, and what it found. */
export class DetectorRun {
  readonly files = new Map<string, DetectedFile>();
  readonly failures: string[] = [];
  /** Reports so far. */
  reports = 0;
  readonly thread: DetectorThread;

  constructor() {
    this.thread = new DetectorThread({
      entry: dist("detector.cjs"),
      settings: { grammars: dist("grammars"), ignoreCase: false },
      answerTo: () => Promise.reject(new Error("everything lies on the disk")),
      onFound: (files) => {
        this.reports++;
        for (const file of files) {
          if (file.definitions.length === 0) this.files.delete(file.uri);
          else this.files.set(file.uri, file);
        }
        // Whoever shows them makes a model of them all.
        new WorkspaceModel(this.definitions);
      },
      onNews: (news) => {
        if (news.type === "failed") this.failures.push(news.reason);
      },
      onEnd: (reason) => this.failures.push(reason),
    });
  }

  get definitions(): readonly Definition[] {
    return [...this.files.values()].flatMap(({ definitions }) => definitions);
  }

  /** Searches a folder, and takes the time that it takes, and the longest that this thread was busy meanwhile. */
  async search(folder: string): Promise<{ readonly ms: number; readonly longestTaskMs: number }> {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const began = performance.now();
    await this.thread.request({
      type: "search",
      folders: [{ uri: folder, exclusions: [{ "**/.git": true }], ignoreFiles: true }],
      anew: true,
    });
    const ms = performance.now() - began;
    delay.disable();
    return { ms, longestTaskMs: delay.max / 1e6 };
  }
}
