import type { Example } from "../data/example.ts";
import type { CandidateSet } from "../reward/candidateSet.ts";
import { type PreferencePair, preferencePairs } from "../reward/preferencePair.ts";
import type { SpentCalls } from "../run/events.ts";
import type { OpenRequest } from "../run/paidCalls.ts";
import type { ResumePoint } from "../run/recorder.ts";
import type { Component } from "../system/component.ts";
import type { Configuration } from "../system/configuration.ts";
import { UserError } from "../system/userError.ts";
import { initialState, type OptimizationState, optimizationStateSchema, type Standing } from "./optimizationState.ts";
import { RecordedTrajectories } from "./recordedTrajectories.ts";
import { Session, type SessionRequest } from "./session.ts";
import { answeredCall } from "./spentSums.ts";

/**
 * One run under way: the session, what is recorded, and the state that a checkpoint keeps. The steps of Algorithm 1
 * (`measure`, `collectOffline`, `fitRewards`, `iterate`) act on it one after the other.
 */
export class Optimization {
  readonly session: Session;
  readonly state: OptimizationState;
  readonly recorded: RecordedTrajectories;
  readonly #candidates = new Map<string, CandidateSet[]>();
  readonly #examples: ReadonlyMap<string, Example>;
  #unsavedRewards = false;

  private constructor(request: SessionRequest, state: OptimizationState, paid: ResumePoint["paid"] = []) {
    this.state = state;
    this.session = new Session(request, {
      ledger: state.ledger,
      spent: { ...state, since: paid },
      elapsedMs: state.elapsedMs,
    });
    this.recorded = new RecordedTrajectories(this.session);
    const { train, validation } = request.splits;
    this.#examples = new Map([...train.examples, ...validation.examples].map((example) => [example.id, example]));
    this.recorded.restore(state.trajectories, this.#examples);
  }

  /** A run from its start, or from where `resume` left it. */
  static async open(request: SessionRequest, start: Configuration, resume?: ResumePoint): Promise<Optimization> {
    const names = request.experiment.system.components.map((component) => component.name);
    const paid = [...(resume?.paid ?? []), ...(await settledRequests(request, resume?.open ?? []))];
    if (resume?.state === undefined) return new Optimization(request, initialState(start, names), paid);
    const parsed = optimizationStateSchema.safeParse(resume.state);
    if (!parsed.success) {
      throw new UserError(
        `The state of run ${request.recorder.runId} cannot be read (${parsed.error.issues[0]?.message ?? "unknown form"}); it is left as it is. Start a new run.`,
      );
    }
    const optimization = new Optimization(request, parsed.data, paid);
    for (const set of resume.candidates) optimization.#remember(set);
    if (resume.rewardsFile !== undefined) {
      await request.rewards.load(resume.rewardsFile);
      for (const [name, { fit }] of Object.entries(parsed.data.standings)) {
        if (fit !== undefined) optimization.session.rewarded.add(name);
      }
    }
    return optimization;
  }

  /** The validation rows of the gate, drawn once per run. */
  gateExamples(): Example[] {
    const { examples } = this.session.request.splits.validation;
    const drawn = new Set(
      this.session.random("validation rows").sample(examples, this.session.settings.validationRows),
    );
    return examples.filter((example) => drawn.has(example));
  }

  standing(component: string): Standing {
    const standing = this.state.standings[component];
    if (standing === undefined) throw new Error(`no standing for component "${component}"`);
    return standing;
  }

  keepCandidates(sets: readonly CandidateSet[]): void {
    this.session.request.recorder.keepCandidates(sets);
    for (const set of sets) this.#remember(set);
  }

  /** Preference pairs of a component from its newest candidate sets, at most `replaySets` of them. */
  pairsOf(component: Component): PreferencePair[] {
    const { replaySets, pairRule } = this.session.settings;
    const sets = (this.#candidates.get(component.name) ?? []).slice(-replaySets);
    return sets.flatMap((set) => preferencePairs(set.component, set.exampleId, set.input, set.candidates, pairRule));
  }

  candidateSets(): CandidateSet[] {
    return [...this.#candidates.values()].flat();
  }

  /** The weights of the local reward functions differ from the last checkpoint's. */
  rewardsChanged(): void {
    this.#unsavedRewards = true;
  }

  /** Makes everything so far safe on disk. */
  async checkpoint(): Promise<void> {
    const { recorder, signal } = this.session.request;
    await recorder.ready?.(signal);
    if (this.#unsavedRewards) {
      const file = recorder.rewardsFile();
      if (file !== undefined) {
        const save = () => this.session.rewards.save(file);
        await (recorder.persist?.(file, save, signal) ?? save());
      }
      this.#unsavedRewards = false;
    }
    const account = this.session.account();
    const state: OptimizationState = {
      ...this.state,
      ledger: account.executions,
      calls: account.modelCalls,
      spentCalls: account.spentCalls,
      models: account.models,
      elapsedMs: this.session.elapsedMs,
      trajectories: this.recorded.saved(),
    };
    this.session.memo.clear();
    recorder.checkpoint(state, this.state.iteration, this.session.ledger.spent, account);
    await recorder.ready?.(signal);
  }

  #remember(set: CandidateSet): void {
    const known = this.#candidates.get(set.component);
    if (known) known.push(set);
    else this.#candidates.set(set.component, [set]);
  }
}

/**
 * Settles what was under way when an earlier process was killed: with what the answer took where it got into the record, else
 * with the most that it may have cost.
 */
async function settledRequests(
  { recorder, answerTo }: SessionRequest,
  requests: readonly OpenRequest[],
): Promise<SpentCalls[]> {
  const calls: SpentCalls[] = [];
  for (const open of requests) {
    const usage = await answerTo?.(open);
    const { who, purpose, model } = open.call;
    const call = usage === undefined ? open.call : answeredCall({ who, purpose }, model, usage);
    recorder.keepPaid?.({ ...call, settles: open.id });
    calls.push(call);
  }
  return calls;
}
