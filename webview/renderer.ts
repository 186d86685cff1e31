import type { ActivationFunction, OutputItem, RendererContext } from "vscode-notebook-renderer";
import * as z from "zod/mini";
import {
  editorMessageSchema,
  type RendererMessage,
  RUN_OUTPUT_VERSION,
  type RunOutput,
  runOutputSchema,
} from "../src/run/runOutput.ts";
import { element } from "./element.ts";
import { readableOutput } from "./readableOutput.ts";
import { RunPanel } from "./runPanel.ts";
import { styleSheet } from "./styleSheet.ts";
import { Unfolded } from "./unfolded.ts";
import { l10n, pageLanguage, takeWords, wordsRequest } from "./words.ts";

/** What an output is shown in: a shadow root of its own, for all outputs of a notebook share one page. */
interface Place {
  readonly host: HTMLElement;
  readonly shadow: ShadowRoot;
  panel: RunPanel | undefined;
  /** What is shown instead of a panel. */
  problem: Problem | undefined;
}

/** Why an output cannot be shown. */
type Problem = "no JSON" | "newer" | "unreadable";

/** Draws `application/vnd.optimas.run+json`. */
export const activate: ActivationFunction<unknown> = (context: RendererContext<unknown>) => {
  const unfolded = new Unfolded(context);
  const places = new Map<string, Place>();
  const { postMessage } = context;
  const post =
    postMessage === undefined || !context.workspace.isTrusted
      ? undefined
      : (message: RendererMessage) => postMessage.call(context, message);

  context.onDidReceiveMessage?.((message: unknown) => {
    if (takeWords(message)) for (const place of places.values()) drawAnew(place);
    const told = editorMessageSchema.safeParse(message);
    if (!told.success || told.data.type !== "notWorking") return;
    for (const { panel } of places.values()) if (panel?.runId === told.data.runId) panel.cutShort();
  });
  postMessage?.call(context, wordsRequest);

  const release = (id: string) => {
    places.get(id)?.panel?.release();
    places.delete(id);
  };
  return {
    renderOutputItem(item: OutputItem, parent: HTMLElement) {
      const place = placeIn(parent, item.id, places);
      const read = readOutput(item);
      place.problem = undefined;
      if ("problem" in read) {
        place.panel?.release();
        place.panel = undefined;
        place.problem = read.problem;
        showProblem(place, read.problem);
      } else if (place.panel?.runId === read.output.runId) {
        place.panel.show(read.output);
      } else {
        place.panel?.release();
        place.panel = new RunPanel(read.output, { unfolded, post });
        place.shadow.replaceChildren(place.panel.root);
        place.panel.doubt();
      }
    },
    disposeOutputItem(id?: string) {
      for (const known of id === undefined ? [...places.keys()] : [id]) release(known);
    },
  };
};

function placeIn(parent: HTMLElement, id: string, places: Map<string, Place>): Place {
  const known = places.get(id);
  if (known?.host.parentElement === parent) return known;
  known?.panel?.release();
  const host = element("div", { lang: pageLanguage() });
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [styleSheet()];
  parent.replaceChildren(host);
  const place: Place = { host, shadow, panel: undefined, problem: undefined };
  places.set(id, place);
  return place;
}

/** The words are other ones than before. */
function drawAnew(place: Place): void {
  place.host.lang = pageLanguage();
  if (place.problem !== undefined) showProblem(place, place.problem);
  const before = place.panel;
  if (before === undefined) return;
  place.panel = before.anew();
  before.release();
  place.shadow.replaceChildren(place.panel.root);
}

function showProblem({ shadow }: Place, problem: Problem): void {
  shadow.replaceChildren(element("p", { class: "problem", role: "alert" }, problemWords(problem)));
}

function problemWords(problem: Problem): string {
  switch (problem) {
    case "no JSON":
      return l10n.t("This output of a run is no JSON. Run the cell again to make it anew.");
    case "newer":
      return l10n.t("This output of a run was written by a newer version of Optimas. Update the extension to see it.");
    case "unreadable":
      return l10n.t("This output of a run cannot be read. Run the cell again to make it anew.");
  }
}

const versionSchema = z.object({ version: z.number() });

function readOutput(item: OutputItem): { readonly output: RunOutput } | { readonly problem: Problem } {
  let data: unknown;
  try {
    data = item.json();
  } catch {
    return { problem: "no JSON" };
  }
  const parsed = runOutputSchema.safeParse(data);
  if (parsed.success) return { output: readableOutput(parsed.data) };
  const { success, data: stated } = versionSchema.safeParse(data);
  return { problem: success && stated.version > RUN_OUTPUT_VERSION ? "newer" : "unreadable" };
}
