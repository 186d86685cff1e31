import {
  type RunPanelRequest,
  type RunPanelState,
  runPanelMessageSchema,
  runPanelStateSchema,
} from "../../src/run/panel/panelMessage.ts";
import { defineControls } from "../toolkit.ts";
import { pageLanguage, takeWords } from "../words.ts";
import { pages } from "./pages.ts";
import { RunPages } from "./runPages.ts";
import { runSheet } from "./runSheet.ts";

/** What the editor gives to the script of a page, once. */
interface EditorApi {
  postMessage(message: RunPanelRequest): void;
  getState(): unknown;
  setState(state: RunPanelState): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const kept = runPanelStateSchema.safeParse(editor.getState());
let panel: RunPages | undefined;

defineControls();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, runSheet()];

window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  // Words come first, so that everything is drawn in them.
  if (takeWords(data)) document.documentElement.lang = pageLanguage();
  const message = runPanelMessageSchema.safeParse(data);
  if (!message.success) return;
  if (message.data.type === "opened") open(message.data.folder);
  panel?.take(message.data);
});

editor.postMessage({ type: "ready" });

/** Made when the editor has said which run it is, in the words that have come by then. */
function open(folder: string): void {
  if (panel !== undefined) return;
  const own = kept.success && kept.data.folder === folder ? kept.data : undefined;
  panel = new RunPages(
    { post: (request) => editor.postMessage(request), keep: (state) => editor.setState(state) },
    pages,
    folder,
    own,
  );
  document.body.replaceChildren(panel.root);
}
