import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { pageHtml } from "../../src/extension/pageHtml.ts";
import type { TrialOutputOf } from "../../src/run/trialOutput.ts";
import { TWEAK_VERSION, type TweakMessage, type TweakRequest, type TweakStanding } from "../../src/run/tweakMessage.ts";
import type { WordsMessage } from "../../src/run/wordsMessage.ts";
import { newPage } from "./rendererPage.ts";
import { type ThemeName, themes } from "./themes.ts";

let built: Promise<string> | undefined;

/** The page's script as it is shipped: one module. */
export function tweakCode(): Promise<string> {
  built ??= buildTweakPage();
  return built;
}

async function buildTweakPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../../webview/tweak/tweakPage.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "chrome132",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("the page's script was not built");
  return file.text;
}

type Offer = TrialOutputOf<"offer">;

export const exampleOffer: Offer = {
  kind: "offer",
  system: "qa",
  model: "simulated:text",
  simulated: true,
  components: [
    {
      name: "retriever",
      description: "Finds passages.",
      variable: {
        kind: "options",
        space: {
          k: { kind: "choice", values: [1, 5, 10, 25] },
          cut: { kind: "range", low: 0, high: 1, integer: false, log: false, step: 0.1 },
          rate: { kind: "range", low: 1e-4, high: 1, integer: false, log: true },
          stem: { kind: "choice", values: [true, false] },
        },
      },
      source: { k: 1, cut: 0.5, rate: 0.01, stem: true },
      current: { k: 1, cut: 0.5, rate: 0.01, stem: true },
      rewarded: true,
      alignment: 0.78,
      tryRuns: 2.5,
      checkRuns: 50,
    },
  ],
  examples: [
    { id: "v0", text: "Who wrote it?", split: "validation" },
    { id: "v1", text: "Where was it?", split: "validation" },
    { id: "t0", text: "When was it?", split: "train" },
  ],
  checkRows: 25,
  leftOut: [],
  taken: [],
};

export const promptOffer: Offer = {
  ...exampleOffer,
  components: [
    {
      name: "answerer",
      description: "Answers the question.",
      variable: { kind: "prompt", maxLength: 60 },
      source: "Answer the question.",
      current: "Answer the question.",
      rewarded: false,
      alignment: null,
      tryRuns: 3,
      checkRuns: 40,
    },
  ],
};

export const exampleStanding: TweakStanding = {
  definition: "file:///w/system.ts#component:retriever",
  experiment: "file:///w/experiment.ts#experiment:default",
  component: "retriever",
  experimentName: "qa",
  file: "experiment.ts",
  phase: { kind: "ready" },
  sourceChanged: false,
  computed: null,
  learning: false,
  rewardsProblem: null,
};

/** What a trial of the retriever gives. */
export function retrieverTrial(k: number, example = "v0"): Extract<TweakMessage["trial"], { kind: "done" }> {
  const options = { k, cut: 0.5, rate: 0.01, stem: true };
  const tried = (role: "asked" | "current" | "neighbour", value: number, localReward: number) => ({
    role,
    key: role === "neighbour" ? "k" : null,
    value: { ...options, k: value },
    output: { passages: Array.from({ length: value }, (_, index) => `passage ${index}`).join("\n") },
    failure: null,
    localReward,
  });
  return {
    kind: "done",
    asked: { value: options, example },
    output: {
      kind: "value",
      component: "retriever",
      exampleId: example,
      input: { search_keywords: "who wrote it" },
      tried: [
        tried("asked", k, 0.6),
        ...(k === 1 ? [] : [tried("current", 1, 0.4)]),
        ...[1, 5, 10, 25].filter((other) => other !== k).map((other) => tried("neighbour", other, 0.3 + other / 100)),
      ],
    },
  };
}

/** The panel's page with the editor played by the test. */
export interface TweakTestPage {
  readonly page: Page;
  /** What the page asked for and was refused, and what its policy forbade. */
  readonly refused: readonly string[];
  tell(message: Omit<TweakMessage, "type" | "version">): Promise<void>;
  /** What the page asked for since it was opened, but for being ready. */
  requests(): Promise<TweakRequest[]>;
  /** Waits for a request that is like this one. */
  asked<T extends TweakRequest["type"]>(type: T): Promise<Extract<TweakRequest, { type: T }>>;
  state(): Promise<unknown>;
}

const editorsPart = (state: unknown, words: WordsMessage | undefined) => `
const requests = [];
let state = ${JSON.stringify(state ?? null)} ?? undefined;
const words = ${JSON.stringify(words ?? null)};
globalThis.editor = {
  requests: () => requests,
  state: () => state ?? null,
  // Told when the page has taken it and drawn what came of it.
  tell: (message) => new Promise((resolve) => {
    const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    window.addEventListener("message", drawn, { once: true });
    window.postMessage(message, "*");
  }),
};
globalThis.acquireVsCodeApi = () => ({
  postMessage(message) {
    if (message.type !== "ready") requests.push(structuredClone(message));
    else if (words !== null) window.postMessage(words, "*");
  },
  getState: () => state,
  setState: (next) => { state = structuredClone(next); },
});
`;

export async function openTweakPage(
  browser: Browser,
  code: string,
  given: {
    readonly theme?: ThemeName;
    readonly state?: unknown;
    readonly words?: WordsMessage;
    readonly width?: number;
    readonly reducedMotion?: boolean;
  } = {},
): Promise<TweakTestPage> {
  const { theme = "dark", state, words, width = 1100, reducedMotion = false } = given;
  const page = await newPage(browser, "http://panel.invalid/", { width, height: 1000, reducedMotion });
  const { body, variables } = themes[theme];
  const colours = Object.entries(variables).map(([name, value]) => `${name}: ${value};`);
  const fonts =
    '--vscode-font-family: "DejaVu Sans", sans-serif; --vscode-font-size: 13px; --vscode-editor-font-family: "DejaVu Sans Mono", monospace; --vscode-editor-font-size: 12px;';
  // What the editor puts in front of a page's own policy.
  const html = pageHtml({
    script: "http://panel.invalid/tweak.js",
    source: "http://panel.invalid",
    nonce: "n0nce",
    title: "Tweak retriever",
    language: "en",
  })
    .replace(
      "<head>",
      `<head><style>html { ${colours.join(" ")} ${fonts} }</style><script>${editorsPart(state, words)}</script>`,
    )
    .replace("<body>", `<body class="${body}" data-vscode-theme-kind="${body}">`);
  const served: Readonly<Record<string, readonly [string, string]>> = {
    "/": ["text/html", html],
    "/tweak.js": ["text/javascript", code],
  };
  const refused: string[] = [];
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
  await page.locator("main[aria-busy]").waitFor({ state: "attached" });
  const requests = () => page.evaluate<TweakRequest[]>("editor.requests()");
  return {
    page,
    refused,
    requests,
    tell: async (message) => {
      const whole = { type: "tweak", version: TWEAK_VERSION, ...message };
      await page.evaluate(`editor.tell(${JSON.stringify(whole)})`);
      await page.locator("main.panel").waitFor({ state: "attached" });
    },
    async asked(type) {
      await expect.poll(async () => (await requests()).map((request) => request.type)).toContain(type);
      const found = (await requests()).findLast((request) => request.type === type);
      if (found?.type !== type) throw new Error(`no request ${type}`);
      return found as Extract<TweakRequest, { type: typeof type }>;
    },
    state: () => page.evaluate("editor.state()"),
  };
}
