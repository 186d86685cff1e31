import type { RunEvent } from "../../../src/run/events.ts";
import type { PanelModel } from "../../../src/run/panel/panelModel.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";

/** What a page is shown of a whole log, redone work left out. */
export function shownBy<State, Shown>(
  model: PanelModel<State, Shown>,
  events: readonly RunEvent[],
  query: unknown = undefined,
): Shown {
  const state = model.empty();
  for (const event of effectiveEvents(events)) model.add(state, event);
  return model.shown(state, query);
}
