import { sourceLabel } from "../../data/readSource.ts";
import type { Experiment } from "../../optimize/experiment.ts";
import { valueText } from "../../run/views/valueText.ts";
import type { Component } from "../../system/component.ts";
import type { System } from "../../system/system.ts";
import { initialValue } from "../../system/variable.ts";
import { type Block, simulatedNotice } from "./sheet.ts";
import { graphSummary, pagePalette, paperPalette, systemGraph, variableWords } from "./systemGraph.ts";

/** A system as a picture of its wiring and a table of its components. */
export function systemSheet(system: System): Block[] {
  return [
    { kind: "title", text: `System ${system.name}` },
    {
      kind: "picture",
      inPage: systemGraph(system, pagePalette),
      alone: systemGraph(system, paperPalette),
      summary: graphSummary(system),
    },
    {
      kind: "table",
      columns: [
        { title: "component" },
        { title: "reads" },
        { title: "writes" },
        { title: "variable" },
        { title: "share", number: true },
      ],
      rows: system.components.map((component) => [
        component.name,
        Object.keys(component.inputs).join(", "),
        Object.keys(component.outputs).join(", "),
        variableWords(component),
        `${Math.round((system.shareOf.get(component.name) ?? 0) * 100)} %`,
      ]),
    },
  ];
}

export function componentSheet(component: Component): Block[] {
  const { name, description, inputs, outputs, variable } = component;
  return [
    { kind: "title", text: `Component ${name}` },
    ...(description === "" ? [] : [{ kind: "text" as const, text: description }]),
    { kind: "text", text: `${Object.keys(inputs).join(", ")} → ${Object.keys(outputs).join(", ")}` },
    ...(variable.kind === "none"
      ? [{ kind: "text" as const, text: "It has no variable: nothing in it is optimized." }]
      : [
          {
            kind: "table" as const,
            columns: [{ title: "variable" }, { title: "starts as" }],
            rows: [[variableWords(component), valueText(initialValue(variable))]],
          },
        ]),
  ];
}

export function experimentSheet({ system, data, model, proposer }: Experiment): Block[] {
  const nameOf = (chosen: Experiment["model"]) => (typeof chosen === "string" ? chosen : chosen.name);
  const simulated = [model, proposer ?? model].some(isSimulated);
  const source = (split: "train" | "validation" | "test") => {
    const given = data[split];
    return given === undefined ? "set aside from train" : sourceLabel(given);
  };
  return [
    { kind: "title", text: `Experiment on ${system.name}` },
    ...(simulated ? [simulatedNotice] : []),
    {
      kind: "table",
      columns: [{ title: "what" }, { title: "value" }],
      rows: [
        ["model", `${nameOf(model)}${isSimulated(model) ? " (simulated model)" : ""}`],
        ...(proposer === undefined ? [] : [["proposer", nameOf(proposer)]]),
        ["train", source("train")],
        ["validation", source("validation")],
        ["test", source("test")],
      ],
    },
    ...systemSheet(system).slice(1),
  ];
}

function isSimulated(model: Experiment["model"]): boolean {
  return typeof model === "string" ? /^simulated(:|$)/.test(model) : model.simulated;
}
