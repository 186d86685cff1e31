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
import { RunPanel } from "./runPanel.ts";
import { styleSheet } from "./styleSheet.ts";
import { Unfolded } from "./unfolded.ts";

/** What an output is shown in: a shadow root of its own, for all outputs of a notebook share one page. */
interface Place {
  readonly host: HTMLElement;
  readonly shadow: ShadowRoot;
  panel: RunPanel | undefined;
}

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
    const told = editorMessageSchema.safeParse(message);
    if (!told.success) return;
    for (const { panel } of places.values()) if (panel?.runId === told.data.runId) panel.cutShort();
  });

  const release = (id: string) => {
    places.get(id)?.panel?.release();
    places.delete(id);
  };
  return {
    renderOutputItem(item: OutputItem, parent: HTMLElement) {
      const place = placeIn(parent, item.id, places);
      const read = readOutput(item);
      if ("problem" in read) {
        place.panel?.release();
        place.panel = undefined;
        place.shadow.replaceChildren(element("p", { class: "problem", role: "alert" }, read.problem));
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
  const host = element("div");
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [styleSheet()];
  parent.replaceChildren(host);
  const place: Place = { host, shadow, panel: undefined };
  places.set(id, place);
  return place;
}

const versionSchema = z.object({ version: z.number() });

function readOutput(item: OutputItem): { readonly output: RunOutput } | { readonly problem: string } {
  let data: unknown;
  try {
    data = item.json();
  } catch {
    return { problem: "This output of a run is no JSON. Run the cell again to make it anew." };
  }
  const parsed = runOutputSchema.safeParse(data);
  if (parsed.success) return { output: parsed.data };
  const { success, data: stated } = versionSchema.safeParse(data);
  return success && stated.version > RUN_OUTPUT_VERSION
    ? { problem: "This output of a run was written by a newer version of Optimas. Update the extension to see it." }
    : { problem: "This output of a run cannot be read. Run the cell again to make it anew." };
}
