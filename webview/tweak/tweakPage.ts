import {
  type TweakRequest,
  type TweakState,
  tweakMessageSchema,
  tweakStateSchema,
} from "../../src/run/tweakMessage.ts";
import { afterPress } from "../afterPress.ts";
import { KeptPlace } from "../keptPlace.ts";
import { defineControls } from "../toolkit.ts";
import { pageLanguage, takeWords } from "../words.ts";
import { TweakPanel } from "./tweakPanel.ts";
import { tweakSheet } from "./tweakSheet.ts";

/** What the editor gives to the script of a page, once. */
interface EditorApi {
  postMessage(message: TweakRequest): void;
  getState(): unknown;
  setState(state: TweakState): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const kept = tweakStateSchema.safeParse(editor.getState());
let panel: TweakPanel | undefined;
const where = new KeptPlace(() => panel?.keep());

defineControls();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, tweakSheet()];

window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  // Words come first, so that everything is drawn in them.
  if (takeWords(data)) document.documentElement.lang = pageLanguage();
  const message = tweakMessageSchema.safeParse(data);
  if (message.success) afterPress(() => opened().take(message.data));
});

// Before the browser's own history and the editor's: here is one history for all controls.
window.addEventListener(
  "keydown",
  (event) => {
    const key = event.key.toLowerCase();
    if (panel === undefined || event.altKey || !(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y"))
      return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (key === "y" || event.shiftKey) panel.redo();
    else panel.undo();
  },
  { capture: true },
);

editor.postMessage({ type: "ready" });

/** Made when there is something to show, in the words that have come by then. */
function opened(): TweakPanel {
  if (panel !== undefined) return panel;
  panel = new TweakPanel(
    {
      post: (request) => editor.postMessage(request),
      keep: (state) => editor.setState(state),
      place: () => where.place,
      now: () => performance.now(),
    },
    kept.success ? kept.data : undefined,
  );
  document.body.replaceChildren(panel.root);
  if (kept.success && kept.data.place !== undefined) where.restore(kept.data.place, true);
  return panel;
}
