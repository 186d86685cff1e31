import type { CustomSeriesOption } from "echarts/charts";
import type { BodyOf, ComponentInfo } from "../events.ts";
import { english, type L10n, plural } from "../l10n.ts";
import { changeText, rewardText } from "../views/numberFormat.ts";
import { decisionWords } from "../views/runWords.ts";
import { visibleLine } from "../views/visibleText.ts";
import { baseOption, type Chart } from "./chart.ts";
import { paler } from "./contrast.ts";
import { shortLabel } from "./label.ts";
import type { Palette } from "./palette.ts";
import { type LaidPoint, type LaidWire, type SystemLayout, systemLayout, type WiredComponent } from "./systemLayout.ts";

/** A component as the picture of its system tells of it. */
export interface PicturedComponent extends WiredComponent {
  readonly kind: ComponentInfo["kind"];
  /** Mean local reward of the value in force, as the last search by it said; null before the first. */
  readonly localReward: number | null;
  /** That of the value which it replaced in that search; null where the search changed nothing. */
  readonly localRewardBefore: number | null;
  /** Share of `heldOut` pairs that the local reward orders rightly; null where it was not measured. */
  readonly alignment: number | null;
  readonly heldOut: number;
  /** False: optimized on the global reward. Null until a local reward was fitted. */
  readonly trusted: boolean | null;
  readonly last: {
    readonly iteration: number;
    readonly decision: BodyOf<"update">["decision"];
    /** Means at the gate; null where nothing was put to it. */
    readonly before: number | null;
    readonly after: number | null;
  } | null;
  /** Its value is another than at the start. */
  readonly changed: boolean;
  /** The present iteration is about it. */
  readonly working: boolean;
}

export interface SystemPicture {
  /** In the order of execution. */
  readonly components: readonly PicturedComponent[];
  /** Fields that the reward reads. */
  readonly outputs: readonly string[];
}

type Drawn = Extract<NonNullable<ReturnType<NonNullable<CustomSeriesOption["renderItem"]>>>, { type: "group" }>;
type Shape = Drawn["children"][number];

const ROW = 106;
const CARD = { width: 226, height: 90 };
const MARGIN = 6;
/** Pixels in which a card's lines have room. */
const ROOMY = 200;
/** Pixels of a card in which what it says can be made out. */
const LEAST_CARD = 84;
/** Share of the width that the fields at either end take at most. */
const TERMINAL_SHARE = 0.08;
/** Pixels of a card in which its short lines have room, and those in which most names of fields do: where both can be. */
const FAIR_CARD = 140;
const ROOM_FOR_FIELDS = 64;
/** Pixels between columns at least, for the wires. */
const LEAST_GAP = 22;

/** The components of a system from left to right in the order of execution, with what is known of each. */
export function systemChart(system: SystemPicture, palette: Palette, l10n: L10n = english): Chart | null {
  const { components, outputs } = system;
  if (components.length === 0) return null;
  const layout = systemLayout(components, outputs);
  const ends: [readonly string[], LaidPoint][] = [
    [layout.inputs.fields, layout.inputs.at],
    [layout.outputs.fields, layout.outputs.at],
  ];
  const working = components.find((component) => component.working);
  const changed = components.filter((component) => component.changed);
  const lines = components.map((component) => factLines(component, l10n));
  const short = components.map((component) => shortLines(component, l10n));
  const custom = (count: number, z: number, draw: (index: number, place: Places) => Drawn): CustomSeriesOption => ({
    type: "custom",
    coordinateSystem: "none",
    z,
    data: Array.from({ length: count }, () => 0),
    renderItem: ({ dataIndex }, api) => draw(dataIndex, placesIn(layout, api.getWidth())),
  });
  return {
    width: 860,
    height: Math.round(layout.rows * ROW) + 2 * MARGIN,
    leastWidth: Math.round(
      (2 * MARGIN + (layout.columns - 2) * LEAST_CARD + (layout.columns - 1) * LEAST_GAP) / (1 - 2 * TERMINAL_SHARE),
    ),
    summary: [
      plural(l10n, "{0, plural, one {# component} other {# components}} in the order of execution.", components.length),
      ...(changed.length === 0
        ? [l10n.t("No value has changed so far.")]
        : [l10n.t("Changed since the start: {0}.", changed.map(({ name }) => visibleLine(name)).join(", "))]),
      ...(working === undefined ? [] : [l10n.t("Now at work on: {0}.", visibleLine(working.name))]),
    ].join(" "),
    option: {
      ...baseOption(palette),
      legend: { show: false },
      series: [
        custom(components.length, 3, (index, places) => {
          const [component, at] = [components[index], layout.components[index]];
          if (component === undefined || at === undefined) throw new Error(`no component at ${index}`);
          const box = places.box(at);
          return card(component, (box.width < ROOMY ? short : lines)[index] ?? [], box, palette);
        }),
        custom(layout.wires.length, 1, (index, places) => {
          const wire = layout.wires[index];
          if (wire === undefined) throw new Error(`no wire at ${index}`);
          return wireShape(wire, places, palette);
        }),
        custom(ends.length, 2, (index, places) => {
          const [fields, at] = ends[index] ?? [[], { column: 0, row: 0 }];
          return terminal(fields, places.box(at), palette);
        }),
      ],
    },
    table: {
      columns: [
        l10n.t("component"),
        l10n.t("variable"),
        l10n.t("local reward"),
        l10n.t("alignment"),
        l10n.t("held-out pairs"),
        l10n.t("last update"),
        l10n.t("iteration"),
        l10n.t("validation before"),
        l10n.t("validation after"),
      ],
      rows: components.map(({ name, kind, localReward, alignment, heldOut, last }) => [
        visibleLine(name),
        kindWords(kind, l10n),
        localReward,
        alignment,
        heldOut,
        last === null ? null : decisionWords(last.decision, l10n),
        last?.iteration ?? null,
        last?.before ?? null,
        last?.after ?? null,
      ]),
    },
    hint: ({ series, item }) => {
      const component = series === 0 ? components[item] : undefined;
      const wire = series === 1 ? layout.wires[item] : undefined;
      if (component !== undefined) {
        const way = component.kind === "none" ? [] : [l10n.t("press to see its landscape")];
        return [visibleLine(component.name), ...(lines[item] ?? []), ...way];
      }
      return wire?.fields.map(visibleLine);
    },
  };
}

/** What a card says below the name. */
function factLines(component: PicturedComponent, l10n: L10n): string[] {
  const { kind, localReward, localRewardBefore, alignment, heldOut, trusted, last } = component;
  const gained =
    localReward === null || localRewardBefore === null ? "" : ` (${changeText(localReward - localRewardBefore)})`;
  return [
    kindWords(kind, l10n),
    localReward === null
      ? trusted === false
        ? l10n.t("on the global reward")
        : l10n.t("local reward –")
      : l10n.t("local reward {0}", `${rewardText(localReward)}${gained}`),
    alignment === null
      ? l10n.t("alignment –")
      : plural(l10n, "alignment {0} ({1, plural, one {# pair} other {# pairs}})", rewardText(alignment), heldOut),
    last === null ? l10n.t("no update yet") : lastWords(last, l10n),
  ];
}

function lastWords({ iteration, decision, before, after }: NonNullable<PicturedComponent["last"]>, l10n: L10n): string {
  const words = decisionWords(decision, l10n);
  return before === null || after === null
    ? l10n.t("{0} in iteration {1}", words, iteration)
    : l10n.t("{0} in iteration {1}: {2}", words, iteration, changeText(after - before));
}

/** The same where there is little room; the whole of it is in hint and table. */
function shortLines({ kind, localReward, alignment, last }: PicturedComponent, l10n: L10n): string[] {
  const change = last === null || last.before === null || last.after === null ? null : last.after - last.before;
  return [
    kindWords(kind, l10n),
    l10n.t("local {0}", rewardText(localReward)),
    l10n.t("aligned {0}", rewardText(alignment)),
    last === null
      ? l10n.t("no update yet")
      : `${decisionWords(last.decision, l10n)} ${change === null ? "" : changeText(change)}`.trim(),
  ];
}

/** What may be changed in a component. */
export function kindWords(kind: ComponentInfo["kind"], l10n: L10n = english): string {
  switch (kind) {
    case "none":
      return l10n.t("no variable");
    case "prompt":
      return l10n.t("prompt");
    case "options":
      return l10n.t("options");
    case "model":
      return l10n.t("model choice");
    case "weights":
      return l10n.t("adapter weights");
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels of a layout. */
interface Places {
  box(at: LaidPoint): Box;
}

/** The terminals need less room than components, so columns are not all alike. */
function placesIn({ columns, rows }: SystemLayout, width: number): Places {
  const inner = columns - 2;
  const spare = (width - 2 * MARGIN - (columns - 1) * LEAST_GAP - inner * FAIR_CARD) / 2;
  const terminalWidth = Math.min(96, Math.max(width * TERMINAL_SHARE, Math.min(ROOM_FOR_FIELDS, spare)));
  const room = (width - 2 * MARGIN - 2 * terminalWidth - (columns - 1) * LEAST_GAP) / Math.max(1, inner);
  const cardWidth = Math.max(40, Math.min(CARD.width, room));
  const gap = (width - 2 * MARGIN - 2 * terminalWidth - inner * cardWidth) / Math.max(1, columns - 1);
  return {
    box({ column, row }) {
      const isTerminal = column === 0 || column === columns - 1;
      const left = column === 0 ? MARGIN : MARGIN + terminalWidth + gap + (column - 1) * (cardWidth + gap);
      const middle = MARGIN + row * ROW;
      const height = Math.min(CARD.height, rows * ROW);
      return { left, top: middle - height / 2, width: isTerminal ? terminalWidth : cardWidth, height };
    },
  };
}

const LINE = 15;

function card(component: PicturedComponent, lines: readonly string[], box: Box, palette: Palette): Drawn {
  const { name, changed, working, alignment } = component;
  const fontFamily = fontOf(palette);
  const border = working ? palette.line : changed ? palette.accepted : palette.quiet;
  const text = (line: string, index: number, bold: boolean): Shape => ({
    type: "text",
    x: box.left + 9,
    y: box.top + 8 + index * LINE,
    silent: true,
    style: {
      text: line,
      fill: bold ? palette.ink : palette.quiet,
      fontSize: bold ? 12 : 11,
      fontWeight: bold ? "bold" : "normal",
      fontFamily,
      width: box.width - 16,
      overflow: "truncate",
      ellipsis: "…",
    },
  });
  const bar = { x: box.left + 9, y: box.top + box.height - 6, height: 3 };
  const full = box.width - 18;
  return {
    type: "group",
    children: [
      {
        type: "rect",
        shape: { x: box.left, y: box.top, width: box.width, height: box.height, r: 4 },
        style: { fill: palette.paper, stroke: border, lineWidth: working || changed ? 2 : 1 },
      },
      {
        type: "group",
        // Where letters cannot be measured, as without a browser, what is cut by their usual width may still be too long.
        clipPath: { type: "rect", shape: { x: box.left, y: box.top, width: box.width - 4, height: box.height } },
        children: [
          text(working ? `▶ ${cardLine(name)}` : cardLine(name), 0, true),
          ...lines.map((line, index) => text(line, index + 1, false)),
        ],
      },
      ...(alignment === null
        ? []
        : [
            // Alignment as a share of the card's width.
            {
              type: "rect" as const,
              silent: true,
              shape: { ...bar, width: full },
              style: { fill: palette.quiet, opacity: 0.25 },
            },
            {
              type: "rect" as const,
              silent: true,
              shape: { ...bar, width: full * Math.min(1, Math.max(0, alignment)) },
              style: { fill: palette.local },
            },
          ]),
    ],
  };
}

/** More letters have no room on any card. */
const CARD_LETTERS = 80;

function cardLine(name: string): string {
  return shortLabel(name, CARD_LETTERS);
}

const MOST_FIELDS = 4;

function terminal(fields: readonly string[], box: Box, palette: Palette): Drawn {
  const shown = fields.slice(0, MOST_FIELDS).map(cardLine);
  const lines = fields.length > MOST_FIELDS ? [...shown.slice(0, MOST_FIELDS - 1), "…"] : shown;
  const top = box.top + box.height / 2 - (lines.length * LINE) / 2;
  const fontFamily = fontOf(palette);
  return {
    type: "group",
    clipPath: { type: "rect", shape: { x: box.left, y: box.top, width: box.width, height: box.height } },
    children: lines.map((line, index) => ({
      type: "text",
      x: box.left + box.width / 2,
      y: top + index * LINE,
      silent: true,
      style: {
        text: line,
        fill: palette.quiet,
        align: "center",
        fontSize: 11,
        fontFamily,
        width: box.width - 4,
        overflow: "truncate",
        ellipsis: "…",
      },
    })),
  };
}

/** Shapes of one's own do not inherit what the option says of texts. */
function fontOf(palette: Palette): string {
  return String(baseOption(palette).textStyle?.fontFamily ?? "sans-serif");
}

const ARROW = 5;

function wireShape({ from, way }: LaidWire, places: Places, palette: Palette): Drawn {
  const boxes = way.map((at) => places.box(at));
  // What comes from outside goes to many components, and is not what the picture is about.
  const stroke = from === "inputs" ? paler(palette.quiet, 0.45, palette) : palette.quiet;
  const look = { stroke, lineWidth: 1.25 };
  const middle = ({ top, height }: Box) => top + height / 2;
  const curves = boxes.slice(1).map((box, index): Shape => {
    const before = boxes[index] ?? box;
    const isLast = index === boxes.length - 2;
    // Between cards a wire passes through the middle of each column, straight from one side of it to the other.
    const [x1, y1] = [before.left + before.width, middle(before)];
    const [x2, y2] = [box.left - (isLast ? ARROW : 0), middle(box)];
    const bend = (x2 - x1) / 2;
    return {
      type: "bezierCurve",
      silent: true,
      shape: { x1, y1, x2, y2, cpx1: x1 + bend, cpy1: y1, cpx2: x2 - bend, cpy2: y2 },
      style: { ...look, fill: "none" },
    };
  });
  const across = boxes.slice(1, -1).map(
    (box): Shape => ({
      type: "line",
      silent: true,
      shape: { x1: box.left, y1: middle(box), x2: box.left + box.width, y2: middle(box) },
      style: look,
    }),
  );
  const end = boxes.at(-1);
  const arrow: Shape[] =
    end === undefined
      ? []
      : [
          {
            type: "polygon",
            shape: {
              points: [
                [end.left - ARROW - 2, middle(end) - ARROW + 1],
                [end.left, middle(end)],
                [end.left - ARROW - 2, middle(end) + ARROW - 1],
              ],
            },
            style: { fill: stroke },
          },
        ];
  return { type: "group", children: [...curves, ...across, ...arrow] };
}
