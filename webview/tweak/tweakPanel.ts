import type { Place } from "../../src/run/place.ts";
import type {
  TweakCheck,
  TweakMessage,
  TweakOutcome,
  TweakRequest,
  TweakStanding,
  TweakState,
  TweakTrial,
} from "../../src/run/tweakMessage.ts";
import { TWEAK_VERSION } from "../../src/run/tweakMessage.ts";
import { rewardText } from "../../src/run/views/numberFormat.ts";
import { visibleLine } from "../../src/run/views/visibleText.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { Announcer } from "../announcer.ts";
import { element, setText } from "../element.ts";
import { l10n } from "../words.ts";
import { outcomeWords, type Refusals } from "./actionBar.ts";
import { Banner } from "./banner.ts";
import { draftFor, isSame, mistakesIn, type Offer, type OfferedComponent } from "./draft.ts";
import { EditHistory } from "./editHistory.ts";
import { Workplace } from "./workplace.ts";

/** After the last edit, so long before it is tried. */
const SETTLED_MS = 350;

/** What the page is to its panel. */
export interface Page {
  post(request: TweakRequest): void;
  keep(state: TweakState): void;
  /** Where the person is on it. */
  place(): Place;
  /** Milliseconds from any fixed moment. */
  now(): number;
}

/** The panel of one component: the value at hand with its history, and everything that the editor has told. */
export class TweakPanel {
  readonly root = element("main", { class: "panel" });
  readonly #page: Page;
  readonly #kept: TweakState | undefined;
  readonly #announcer = new Announcer();
  readonly #banner: Banner;
  /** Stands in until there is something to work with. */
  readonly #title = element("h1");
  #standing: TweakStanding | undefined;
  #offer: Offer | undefined;
  #trial: TweakTrial = { kind: "none" };
  #check: TweakCheck = { kind: "none" };
  #outcome: TweakOutcome = { kind: "none" };
  #history: EditHistory<VariableValue> | undefined;
  #workplace: Workplace | undefined;
  #example = "";
  /** Whether every edit is tried by itself. */
  #eager = false;
  #settling: number | undefined;

  /** @param kept what an earlier page of this panel has kept */
  constructor(page: Page, kept: TweakState | undefined) {
    this.#page = page;
    this.#kept = kept;
    this.#banner = new Banner((type) => page.post({ type }));
    this.#announcer.say("", false);
    this.root.append(this.#title, this.#banner.root, this.#announcer.root);
  }

  /** Takes what the editor tells. */
  take({ standing, offer, trial, check, outcome }: TweakMessage): void {
    if (standing !== undefined) this.#standing = standing;
    if (trial !== undefined) this.#trial = trial;
    if (check !== undefined) this.#check = check;
    if (outcome !== undefined) this.#outcome = outcome;
    if (offer !== undefined && offer !== null) this.#takeOffer(offer);
    if (this.#standing !== undefined) {
      setText(this.#title, visibleLine(this.#standing.component));
      this.#banner.show(this.#standing);
    }
    this.#title.hidden = this.#workplace !== undefined;
    this.#draw();
    this.#announce({ trial, check, outcome });
    this.keep();
    this.#wish(0);
  }

  /** Takes the last edit back, whichever control it was made in. */
  undo(): void {
    const place = this.#history?.undo();
    if (place !== undefined) this.#moved(place, l10n.t("Undone: {0}", this.#placeName(place)));
  }

  redo(): void {
    const place = this.#history?.redo();
    if (place !== undefined) this.#moved(place, l10n.t("Redone: {0}", this.#placeName(place)));
  }

  #takeOffer(offer: Offer): void {
    const [component] = offer.components;
    if (component === undefined) return;
    const before = this.#offer;
    this.#offer = offer;
    if (this.#history === undefined) {
      this.#history = new EditHistory(component.current, () => this.#page.now());
      const draft = draftFor(component, this.#kept?.draft);
      if (!isSame(draft, component.current)) this.#history.edit(draft, "");
      this.#eager = this.#kept?.eager ?? offer.simulated;
      this.#example = this.#kept?.example ?? "";
    } else {
      const draft = this.#draftNow(component, before);
      if (!isSame(draft, this.#history.value)) this.#history.edit(draft, "");
    }
    const [first] = offer.examples;
    if (!offer.examples.some(({ id }) => id === this.#example)) this.#example = first?.id ?? "";
    if (this.#workplace !== undefined && before !== undefined && isSameOffer(before, offer)) return;
    this.#build(offer, component);
  }

  /** Whoever had not edited goes along with the value in force. */
  #draftNow(component: OfferedComponent, before: Offer | undefined): VariableValue {
    const value = this.#history?.value ?? component.current;
    const inForce = before?.components[0]?.current;
    return draftFor(component, inForce !== undefined && isSame(value, inForce) ? undefined : value);
  }

  #build(offer: Offer, component: OfferedComponent): void {
    const post = (request: TweakRequest) => this.#page.post(request);
    const before = this.#workplace;
    this.#workplace = new Workplace(offer, component, {
      eager: this.#eager,
      onEdit: (value, place) => this.#edit(value, place),
      onHistory: (direction) => (direction === "undo" ? this.undo() : this.redo()),
      onPick: (example) => {
        this.#example = example;
        this.#changed(0);
      },
      onTake: (value, place) => {
        this.#edit(value, place);
        this.#workplace?.focus(place);
      },
      onTry: () => this.#try(true),
      onEager: (eager) => {
        this.#eager = eager;
        this.#changed(0);
      },
      onRequest: post,
      onValue: (type) => post({ type, value: this.#value }),
    });
    before?.root.remove();
    this.#announcer.root.before(this.#workplace.root);
  }

  get #value(): VariableValue {
    return this.#history?.value ?? null;
  }

  #edit(value: VariableValue, place: string): void {
    if (isSame(value, this.#value)) return;
    this.#history?.edit(value, place);
    this.#outcome = { kind: "none" };
    this.#changed(SETTLED_MS);
  }

  #moved(place: string, words: string): void {
    this.#outcome = { kind: "none" };
    this.#changed(SETTLED_MS);
    this.#workplace?.reveal(place);
    this.#announcer.say(words, true);
  }

  #changed(settleMs: number): void {
    this.#draw();
    this.keep();
    this.#wish(settleMs);
  }

  #draw(): void {
    const [standing, offer, workplace] = [this.#standing, this.#offer, this.#workplace];
    const component = offer?.components[0];
    if (standing === undefined || offer === undefined || workplace === undefined || component === undefined) return;
    const fresh = this.#isFresh();
    workplace.show({
      standing,
      offer,
      component,
      value: this.#value,
      example: this.#example,
      trial: this.#trial,
      fresh,
      waiting: this.#waiting(component, fresh),
      check: this.#check,
      checkRefusal: this.#checkRefusal(component),
      outcome: this.#outcome,
      refusals: this.#refusals(component),
      canTry: this.#canTry() && (!fresh || this.#trial.kind === "failed") && (!this.#eager || fresh),
    });
  }

  /** Whether the last trial is of the value and the row at hand. */
  #isFresh(): boolean {
    if (this.#trial.kind === "none") return false;
    const { value, example } = this.#trial.asked;
    return example === this.#example && isSame(value, this.#value);
  }

  #isValid(component: OfferedComponent | undefined): boolean {
    return component !== undefined && mistakesIn(component.variable, this.#value).size === 0;
  }

  #canTry(): boolean {
    return (
      this.#standing?.phase.kind === "ready" &&
      this.#example !== "" &&
      this.#check.kind !== "busy" &&
      this.#isValid(this.#offer?.components[0])
    );
  }

  /** Tries what is at hand, once it has settled, unless that has been done. */
  #wish(settleMs: number): void {
    window.clearTimeout(this.#settling);
    if (!this.#eager || this.#isFresh() || !this.#canTry()) return;
    this.#settling = window.setTimeout(() => this.#try(), settleMs);
  }

  /** @param pressed the button was, rather than the value edited */
  #try(pressed = false): void {
    window.clearTimeout(this.#settling);
    const asked = { value: this.#value, example: this.#example, ...(pressed && { pressed: true as const }) };
    if (this.#canTry()) this.#page.post({ type: "try", ...asked });
  }

  #waiting(component: OfferedComponent, fresh: boolean): string | undefined {
    if (this.#example === "") return l10n.t("The experiment has no rows to try values on.");
    if (!this.#isValid(component)) return l10n.t("Not run: the value is not valid.");
    if (this.#check.kind === "busy") return l10n.t("Values are tried again when the check is done.");
    if (fresh || this.#eager || this.#standing?.phase.kind !== "ready") return undefined;
    return l10n.t("Not run yet.");
  }

  #notNow(component: OfferedComponent): string | undefined {
    if (!this.#isValid(component)) return l10n.t("The value is not valid.");
    return this.#standing?.phase.kind === "ready" ? undefined : l10n.t("The experiment is not open.");
  }

  #checkRefusal(component: OfferedComponent): string | undefined {
    const reason = this.#notNow(component);
    if (reason !== undefined) return reason;
    return isSame(this.#value, component.current) ? l10n.t("This value is in force already.") : undefined;
  }

  #refusals(component: OfferedComponent): Refusals {
    const [value, history, computed] = [this.#value, this.#history, this.#standing?.computed ?? null];
    const inForce = isSame(value, component.current) ? l10n.t("This value is in force already.") : undefined;
    const inSource = isSame(value, component.source) ? l10n.t("The source says so already.") : undefined;
    const invalid = this.#isValid(component) ? undefined : l10n.t("The value is not valid.");
    return {
      save: this.#notNow(component) ?? inForce,
      apply: invalid ?? inSource ?? computed ?? undefined,
      resetToForce: inForce,
      resetToSource: inSource,
      undo: history?.canUndo === true ? undefined : l10n.t("Nothing was edited."),
      redo: history?.canRedo === true ? undefined : l10n.t("Nothing was undone."),
    };
  }

  #announce({ trial, check, outcome }: Pick<TweakMessage, "trial" | "check" | "outcome">): void {
    if (trial?.kind === "done") {
      const reward = trial.output.tried.find(({ role }) => role === "asked")?.localReward ?? null;
      const words = reward === null ? l10n.t("The output is there.") : l10n.t("Local reward {0}", rewardText(reward));
      this.#announcer.say(words, false);
    }
    if (trial?.kind === "failed") this.#announcer.say(l10n.t("The value could not be tried."), true);
    if (check?.kind === "done") {
      const { accepted } = check.output;
      this.#announcer.say(
        accepted ? l10n.t("A run would accept this value.") : l10n.t("A run would not accept this value."),
        true,
      );
    }
    if (check?.kind === "failed") this.#announcer.say(l10n.t("The value could not be checked."), true);
    if (outcome !== undefined && outcome.kind !== "none") this.#announcer.say(outcomeWords(outcome), true);
  }

  #placeName(place: string): string {
    return place === "" ? (this.#standing?.component ?? "") : place;
  }

  /** Has the page keep what is at hand, and where the person is. */
  keep(): void {
    const standing = this.#standing;
    if (standing === undefined) return;
    const { definition, experiment, component } = standing;
    const edited =
      this.#history === undefined
        ? { draft: this.#kept?.draft, example: this.#kept?.example, eager: this.#kept?.eager }
        : { draft: this.#value, example: this.#example, eager: this.#eager };
    this.#page.keep({
      version: TWEAK_VERSION,
      definition,
      experiment,
      component,
      ...edited,
      place: this.#page.place(),
    });
  }
}

/** Whether what is built from an offer can stay: controls and rows are the same. */
function isSameOffer(a: Offer, b: Offer): boolean {
  const built = ({ components, examples, model, simulated }: Offer) =>
    JSON.stringify([components.map(({ variable, rewarded }) => [variable, rewarded]), examples, model, simulated]);
  return built(a) === built(b);
}
