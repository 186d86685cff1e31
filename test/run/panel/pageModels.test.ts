import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { pageModels } from "../../../src/run/panel/models.ts";
import { exampleLogs } from "./exampleLogs.ts";
import { gridRun, promptRun } from "./landscapeEvents.ts";

const runs: Readonly<Record<string, readonly RunEvent[]>> = {
  ...Object.fromEntries(exampleLogs),
  "a grid of options": gridRun(),
  "many prompts": promptRun(200),
};

const names = pageModels().map(({ page }) => page);

function shown(
  page: string,
  events: readonly RunEvent[],
  isWanted: (event: RunEvent) => boolean = () => true,
): unknown {
  const model = pageModels().find((one) => one.page === page);
  for (const event of events) if (isWanted(event)) model?.add(event);
  return model?.shown(undefined);
}

describe.each(names)("the model of %s", (page) => {
  const ignored = pageModels().find((one) => one.page === page)?.ignores ?? [];

  test.each(Object.keys(runs))("is told nothing by the events that it ignores, in %s", (name) => {
    const events = runs[name] ?? [];
    expect(shown(page, events)).toEqual(shown(page, events, ({ type }) => !ignored.includes(type)));
  });

  test.each(Object.keys(runs))("shows plain data, in %s", (name) => {
    const answer = shown(page, runs[name] ?? []);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });

  test.each(Object.keys(runs))("is at every event what it is when it is read from the start, in %s", (name) => {
    const events = runs[name] ?? [];
    const growing = pageModels().find((one) => one.page === page);
    for (const [index, event] of events.entries()) {
      growing?.add(event);
      if (index % 17 === 0) expect(growing?.shown(undefined)).toEqual(shown(page, events.slice(0, index + 1)));
    }
  });

  test("answers before anything has happened, and whatever it is asked", () => {
    for (const query of [undefined, null, 7, "x", [], { component: 7, from: -1, selected: "x" }]) {
      for (const model of pageModels()) if (model.page === page) model.shown(query);
    }
  });
});
