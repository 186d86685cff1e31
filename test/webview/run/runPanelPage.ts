import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { pageHtml } from "../../../src/extension/pageHtml.ts";
import type { CallLine } from "../../../src/run/callLog.ts";
import type { RunEvent } from "../../../src/run/events.ts";
import { CallTimeline } from "../../../src/run/panel/callTimeline.ts";
import { ComparedReader } from "../../../src/run/panel/comparedReader.ts";
import { compareModel } from "../../../src/run/panel/compareModel.ts";
import { pageModels } from "../../../src/run/panel/models.ts";
import {
  RUN_PANEL_VERSION,
  type RunPanelMessage,
  type RunPanelRequest,
  runPanelRequestSchema,
} from "../../../src/run/panel/panelMessage.ts";
import { pageModel } from "../../../src/run/panel/panelModel.ts";
import type { ShownFit } from "../../../src/run/panel/shownFit.ts";
import type { StoredTrajectory } from "../../../src/run/panel/storedTrajectory.ts";
import type { RunPause } from "../../../src/run/runPause.ts";
import type { WordsMessage } from "../../../src/run/wordsMessage.ts";
import { lateAnswer } from "../latePages.ts";
import { newPage } from "../rendererPage.ts";
import { type ThemeName, themes } from "../themes.ts";

let built: Promise<string> | undefined;

/** The script of the panel of runs as it is shipped: one module. */
export function runPanelCode(): Promise<string> {
  built ??= buildRunPage();
  return built;
}

async function buildRunPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../../../webview/run/runPage.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "chrome132",
    minifyWhitespace: true,
    minifySyntax: true,
    minifyIdentifiers: true,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("the page's script was not built");
  return file.text;
}

/** The panel of one run, with the editor and the reader of its log played by the test. */
export interface RunPanelTestPage {
  readonly page: Page;
  /** What the page asked for and was refused, and what its policy forbade. */
  readonly refused: readonly string[];
  /** What the page asked of the editor, but for what it shows. */
  readonly requests: readonly RunPanelRequest[];
  /** The run goes on. */
  add(events: readonly RunEvent[], calls?: readonly CallLine[]): Promise<void>;
  state(): Promise<unknown>;
  /** Pages that were asked for, in order. */
  readonly shows: readonly string[];
  tell(message: RunPanelMessage): Promise<void>;
}

export const FOLDER = "/w/.optimas/runs/2026-03-14-0930-k3vq";

const editorsPart = (state: unknown) => `
let state = ${JSON.stringify(state ?? null).replaceAll("<", "\\u003c")} ?? undefined;
globalThis.kept = () => state ?? null;
globalThis.asked = 0;
globalThis.answered = 0;
globalThis.acquireVsCodeApi = () => ({
  postMessage: (request) => {
    globalThis.asked += 1;
    globalThis.toEditor(structuredClone(request)).finally(() => { globalThis.answered += 1; });
  },
  getState: () => state,
  setState: (next) => { state = structuredClone(next); },
});
`;

/** Another run, read as far as it goes whenever it is read on. */
function otherRun(folder: string, others: Readonly<Record<string, readonly RunEvent[]>>) {
  const model = pageModel(compareModel);
  let read = 0;
  return {
    readOn: async () => {
      const events = others[folder];
      if (events === undefined) throw new Error(`There is no run in ${folder}.`);
      const more = events.slice(read);
      for (const event of more) model.add(event);
      read = events.length;
      return { changed: more.length > 0, more: false, done: 1, total: 1 };
    },
    shown: () => model.shown(undefined),
  };
}

/** @param given.front the page of the panel that is in front; without one, what the panel itself puts there */
export async function openRunPanel(
  browser: Browser,
  code: string,
  events: readonly RunEvent[],
  given: {
    readonly front?: string;
    readonly theme?: ThemeName;
    readonly state?: unknown;
    readonly words?: WordsMessage;
    readonly width?: number;
    readonly live?: boolean;
    /** Why nothing goes on, asked with everything that the page is told. */
    readonly pause?: () => RunPause | undefined;
    readonly reducedMotion?: boolean;
    /** The editor hears nothing of what is to be done. */
    readonly isDeaf?: boolean;
    /** A page that hears of the run only when the run goes on, as where a long log is still being read. */
    readonly unread?: string;
    /** What the run's folder holds of fits, by the numbers of their events. */
    readonly fits?: Readonly<Record<number, ShownFit>>;
    /** What the run's folder holds of single rows; nothing by default. */
    readonly trajectory?: (exampleId: string, iteration: number) => StoredTrajectory;
    /** When the run's calls were made: nobody kept that by default. */
    readonly calls?: readonly CallLine[];
    /** Runs that can be compared with this one, by their folders: those that go on, too. */
    readonly others?: Readonly<Record<string, readonly RunEvent[]>>;
  },
): Promise<RunPanelTestPage> {
  const { front, theme = "dark", words, width = 1280, live = false, reducedMotion = false, fits = {} } = given;
  const trajectoryOf = given.trajectory ?? (() => ({ kind: "none", why: "older" }));
  const inFront = front && { version: RUN_PANEL_VERSION, folder: FOLDER, page: front, pages: {} };
  const state = given.state ?? inFront;
  const page = await newPage(browser, "http://panel.invalid/", { width, height: 1000, reducedMotion });
  const shows: string[] = [];
  const timeline = new CallTimeline();
  for (const line of given.calls ?? []) timeline.add(line);
  const models = new Map(pageModels(timeline).map((model) => [model.page, model]));
  const log: RunEvent[] = [];
  const requests: RunPanelRequest[] = [];
  const refused: string[] = [];
  let asked: Extract<RunPanelRequest, { type: "show" }> | undefined;
  const tell = async (message: RunPanelMessage | WordsMessage) => {
    await lateAnswer();
    await page.evaluate<void>(`window.postMessage(${JSON.stringify(message)}, "*")`);
  };
  const answer = async () => {
    if (asked === undefined) return;
    const shown = reader.shown(asked.page, asked.query);
    const head = models.get("head")?.shown(undefined);
    const version = RUN_PANEL_VERSION;
    const pause = given.pause?.();
    const told = { type: "shown", version, page: asked.page, asked: asked.asked, shown, head, live } as const;
    await tell({ ...told, ...(pause && { pause }) });
  };
  const reader = new ComparedReader({
    folder: FOLDER,
    own: {
      readOn: async () => ({ changed: false, more: false, done: 1, total: 1 }),
      shown: (page, query) => models.get(page)?.shown(query),
      event: async (seq) => log.find((event) => event.seq === seq),
    },
    open: (folder) => otherRun(folder, given.others ?? {}),
    isLive: () => live,
    now: () => performance.now(),
  });
  const take = (more: readonly RunEvent[]) => {
    for (const event of more) {
      log.push(event);
      for (const model of models.values()) model.add(event);
    }
  };
  take(events);
  await page.exposeFunction("toEditor", async (message: unknown) => {
    const request = runPanelRequestSchema.parse(message);
    if (request.type === "ready") {
      if (words !== undefined) await tell(words);
      await tell({ type: "opened", version: RUN_PANEL_VERSION, folder: FOLDER });
    } else if (request.type === "show") {
      asked = request;
      shows.push(request.page);
      if (request.page === given.unread) return;
      await answer();
      if (request.page !== "compare") return;
      // What was not read yet is told when it was.
      await reader.readOn();
      await answer();
    } else if (request.type === "fit") {
      const fit = fits[request.seq] ?? { kind: "none" };
      await tell({ type: "fit", version: RUN_PANEL_VERSION, seq: request.seq, fit });
    } else if (request.type === "event") {
      const event = log.find(({ seq }) => seq === request.seq) ?? null;
      await tell({ type: "event", version: RUN_PANEL_VERSION, seq: request.seq, event });
    } else if (request.type === "trajectory") {
      const { asked: of, exampleId, iteration } = request;
      const trajectory = trajectoryOf(exampleId, iteration);
      await tell({ type: "trajectory", version: RUN_PANEL_VERSION, asked: of, trajectory });
    } else {
      const { id, ...deed } = request;
      requests.push(deed);
      if (id !== undefined && !given.isDeaf) await tell({ type: "taken", version: RUN_PANEL_VERSION, id });
    }
  });
  const { body, variables } = themes[theme];
  const colours = Object.entries(variables).map(([name, value]) => `${name}: ${value};`);
  const fonts =
    '--vscode-font-family: "DejaVu Sans", sans-serif; --vscode-font-size: 13px; --vscode-editor-font-family: "DejaVu Sans Mono", monospace; --vscode-editor-font-size: 12px;';
  const html = pageHtml({
    script: "http://panel.invalid/run.js",
    source: "http://panel.invalid",
    nonce: "n0nce",
    title: "Run of hotpotqa",
    language: "en",
  })
    // What the editor puts in front of a page's own policy.
    .replace("<head>", () => {
      return `<head><style>html { ${colours.join(" ")} ${fonts} }</style><script>${editorsPart(state)}</script>`;
    })
    .replace("<body>", `<body class="${body}" data-vscode-theme-kind="${body}">`);
  const served: Readonly<Record<string, readonly [string, string]>> = {
    "/": ["text/html", html],
    "/run.js": ["text/javascript", code],
  };
  await page.route("**/*", (route) => {
    const url = route.request().url();
    const [contentType, content] = served[new URL(url).pathname] ?? [];
    if (contentType !== undefined && content !== undefined) return route.fulfill({ contentType, body: content });
    refused.push(url);
    return route.abort();
  });
  page.on("console", (message) => {
    if (message.type() === "error") refused.push(message.text());
  });
  page.on("pageerror", (error) => refused.push(String(error)));
  await page.goto("http://panel.invalid/");
  await page.locator("main[aria-busy='false']").waitFor();
  return {
    page,
    refused,
    requests,
    shows,
    tell,
    async add(more, calls = []) {
      take(more);
      for (const line of calls) timeline.add(line);
      await reader.readOn();
      await answer();
    },
    state: () => page.evaluate("kept()"),
  };
}
