import { calibrationError } from "../../reward/calibration.ts";
import type { EventOf } from "../events.ts";
import { type Interval, shareInterval } from "../statistics.ts";
import { extremes } from "../thinning.ts";
import { briefLine } from "../views/briefLine.ts";
import { effectPoints } from "../views/outputEffects.ts";
import {
  type AlignmentPoint,
  type AlignmentShown,
  alignmentQuerySchema,
  type ChosenFit,
  type FitInsight,
} from "./alignmentShown.ts";
import { MOST_POINTS, type PanelModel } from "./panelModel.ts";

type Fit = EventOf<"rewards">;

/** Components that are shown, and points of each at least. */
const [MOST_COMPONENTS, FEWEST_POINTS] = [200, 8];
const LONGEST_REASON = 1000;

export interface AlignmentState {
  /** Fits of each component, in the order of the system. */
  components: Map<string, Fit[]>;
  threshold: number | null;
  simulated: boolean;
}

/** How rightly each component's local reward orders outputs, fit by fit. */
export const alignmentModel: PanelModel<AlignmentState, AlignmentShown> = {
  page: "alignment",
  ignores: ["candidate"],
  empty: () => ({ components: new Map(), threshold: null, simulated: false }),
  add(state, event) {
    switch (event.type) {
      case "run.started": {
        const { trustThreshold } = event.settings;
        state.components = new Map(event.system.components.map(({ name }) => [name, []]));
        state.threshold = typeof trustThreshold === "number" && Number.isFinite(trustThreshold) ? trustThreshold : null;
        state.simulated = event.simulated;
        return;
      }
      case "rewards": {
        const fits = state.components.get(event.component);
        if (fits === undefined) state.components.set(event.component, [event]);
        else fits.push(event);
        return;
      }
      default:
        return;
    }
  },
  shown(state, asked) {
    const query = alignmentQuerySchema.safeParse(asked).data ?? {};
    const fitted = [...state.components].filter(([, fits]) => fits.length > 0).slice(0, MOST_COMPONENTS);
    const most = Math.max(FEWEST_POINTS, Math.floor(MOST_POINTS / Math.max(1, fitted.length)));
    const [, fits] = fitted.find(([component]) => component === query.component) ?? fitted[0] ?? [];
    const chosen = fits?.find(({ seq }) => seq === query.fit) ?? fits?.at(-1);
    return {
      simulated: state.simulated,
      threshold: state.threshold,
      components: fitted.map(([component, all]) => ({
        component,
        fits: all.length,
        points: extremes(all, most, [({ fit }) => fit.alignment ?? null]).map(pointOf),
      })),
      chosen: chosen === undefined ? null : chosenFit(chosen),
    };
  },
};

function pointOf({ seq, iteration, fit, trusted }: Fit): AlignmentPoint {
  const { pairs, heldOut, alignment = null, trainAlignment, diagnosis } = fit;
  const interval = alignment === null ? null : intervalOf(alignment, diagnosis?.effectivePairs ?? heldOut);
  return {
    seq,
    iteration,
    pairs,
    heldOut,
    alignment,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    byExample: diagnosis !== undefined,
    trainAlignment,
    trusted,
  };
}

/** Null for what is no share of anything, which a log that was written to by hand may hold. */
function intervalOf(share: number, n: number): Interval | null {
  return share >= 0 && share <= 1 && n > 0 ? shareInterval(share, n) : null;
}

function chosenFit(event: Fit): ChosenFit {
  const { fit, component, backbone, reason } = event;
  const { diagnosis, epochs } = fit;
  return {
    ...pointOf(event),
    component,
    backbone: briefLine(backbone),
    reason: briefLine(reason, LONGEST_REASON),
    losses: {
      train: (diagnosis?.trainLosses ?? fit.losses).slice(0, MOST_POINTS),
      heldOut: (diagnosis?.heldOutLosses ?? []).slice(0, MOST_POINTS),
      chosen: epochs,
      coin: diagnosis?.coinLoss ?? null,
    },
    insight: diagnosis === undefined ? null : insightOf(diagnosis),
  };
}

function insightOf(diagnosis: NonNullable<Fit["fit"]["diagnosis"]>): FitInsight {
  const { examples, wrong, brier, calibration, effects, texts = false } = diagnosis;
  return {
    examples,
    wrong,
    brier: brier ?? null,
    error: calibrationError(calibration) ?? null,
    calibration: calibration.slice(0, MOST_POINTS).flatMap(({ predicted, right, pairs }) => {
      const interval = intervalOf(right, pairs);
      return interval === null ? [] : [{ predicted, right, pairs, ...interval }];
    }),
    effects: effectPoints(effects.slice(0, MOST_POINTS)),
    hasTexts: texts,
  };
}
