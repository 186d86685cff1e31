import type { EventBody, EventOf, LoggedDiagnosis, RunEvent } from "../../src/run/events.ts";
import { type ShownFit, shownFit } from "../../src/run/panel/shownFit.ts";
import { seededRandom } from "../../src/system/random.ts";
import { type ExampleOptions, finish, iterate, LogWriter, stageOne } from "./exampleEvents.ts";

/** Runs whose fits say more of themselves than their alignment. */

type Fit = EventOf<"rewards">["fit"];

const changes = ["shorter", "longer", "echoing", "reordered", "without input terms", "without own terms"] as const;

/** What a trainer could have said of a fit. @param alignment of its held-out pairs */
export function diagnosisOf(alignment: number, heldOut: number, seed: string): LoggedDiagnosis {
  const random = seededRandom(seed);
  const bins = Array.from({ length: 8 }, (_, bin) => 0.5 + bin / 16);
  const perBin = Math.max(1, Math.floor(heldOut / bins.length));
  return {
    examples: Math.max(2, Math.round(heldOut / 4)),
    effectivePairs: heldOut * 0.6,
    trainLosses: Array.from({ length: 12 }, (_, epoch) => 0.69 * 0.9 ** epoch),
    heldOutLosses: Array.from({ length: 12 }, (_, epoch) => 0.5 + 0.19 * ((epoch - 7) / 7) ** 2),
    coinLoss: 0.6,
    wrong: Math.round((1 - alignment) * heldOut),
    brier: 0.19,
    calibration: bins.map((from) => ({
      from,
      pairs: perBin + random.integer(6),
      predicted: from + 0.03,
      right: Math.min(1, Math.max(0, alignment - 0.75 + from + 0.08 * random.normal())),
    })),
    effects: changes.flatMap((change, place) =>
      [0.5].map((strength) => ({
        change,
        strength,
        outputs: 9,
        mean: (place - 3.5) * strength * 0.8,
        deviation: 0.4,
        lower: place < 4 ? 8 : 1,
      })),
    ),
    texts: true,
  };
}

function refit(log: LogWriter, iteration: number, component: string, alignment: number, pairs: number): void {
  const heldOut = pairs;
  const fit: Fit = {
    pairs,
    heldOut,
    alignment,
    trainAlignment: Math.min(1, alignment + 0.15),
    losses: [0.69, 0.62, 0.56, 0.5],
    epochs: 8,
    diagnosis: diagnosisOf(alignment, heldOut, `${component} ${iteration}`),
  };
  const body: EventBody = {
    type: "rewards",
    iteration,
    component,
    backbone: "lexical-1",
    fit,
    trusted: alignment >= 0.55,
    reason: alignment >= 0.55 ? "" : `alignment ${alignment.toFixed(2)} on ${heldOut} held-out pairs is below 0.55`,
  };
  log.add(body, { ms: 300 });
}

/** A run of which every fit tells all that there is to tell. */
export function alignmentRun(options: ExampleOptions = {}): RunEvent[] {
  const stage = stageOne(options);
  const log = new LogWriter();
  for (const event of stage.events) {
    const { seq: _, at: __, systemRuns: ___, ...body } = event;
    if (body.type === "run.started") {
      log.add({ ...body, settings: { ...body.settings, trustThreshold: 0.55 } });
    } else if (body.type === "rewards") {
      const { alignment = 0.5, heldOut } = body.fit;
      const told = 4 * heldOut;
      const diagnosis = diagnosisOf(alignment, told, body.component);
      log.add({ ...body, fit: { ...body.fit, heldOut: told, pairs: told, epochs: 8, diagnosis } });
    } else {
      log.add(body);
    }
  }
  const components = ["info_extractor", "hint_generator", "answer_generator", "question_rewriter"];
  for (let iteration = 1; iteration <= (options.iterations ?? 12); iteration++) {
    const place = iteration % components.length;
    const pairs = 60 + 16 * iteration;
    refit(log, iteration, components[place] ?? "", Math.round(50 + 4 * place + 2 * iteration) / 100, pairs);
    iterate(log, iteration, options);
  }
  return finish(log, "iterations", options);
}

/** Number of a component's last fit. */
export function lastFit(events: readonly RunEvent[], component: string): number {
  const fit = events.findLast((event) => event.type === "rewards" && event.component === component);
  if (fit === undefined) throw new Error(`no fit of ${component}`);
  return fit.seq;
}

/** Texts behind a fit. @param text replaces texts from outside, e.g. by nasty ones */
export function fitTextsOf(text: (text: string) => string = (unchanged) => unchanged): ShownFit {
  return shownFit({
    format: 1,
    component: "answer_generator",
    iteration: 12,
    mistakes: [
      {
        exampleId: text("train-17"),
        input: text(
          "question: Who built the bridge of Oslo?\npassages: The bridge of Oslo was built by Curie in 1911.",
        ),
        better: text("Curie"),
        preferred: text("The bridge of Oslo was built by Bohr, roughly considering several additional aspects."),
        betterScore: 1,
        preferredScore: 0.25,
        margin: -2.4,
      },
      {
        exampleId: text("train-3"),
        input: text("question: Which year was the museum of Lima founded?"),
        better: text("in 1822, by the city"),
        preferred: text("in 1866, by the city"),
        betterScore: 1,
        preferredScore: 0,
        margin: -0.9,
      },
    ],
    changed: changes.flatMap((change) =>
      [0.5].map((strength) => ({
        change,
        strength,
        exampleId: text("train-5"),
        input: text("question: Who crossed the river of Riga?"),
        before: text("Fermi crossed the river of Riga in 1903"),
        after: text(change === "shorter" ? "Fermi crossed" : `Fermi crossed the river ${change}`),
        difference: change === "shorter" ? -1.7 : 0.4,
      })),
    ),
  });
}
