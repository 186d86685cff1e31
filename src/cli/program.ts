import { Command, Option } from "commander";
import { productVersion } from "../run/productVersion.ts";
import type { CacheOptions } from "./answerCache.ts";
import type { Attention } from "./attention.ts";
import type { ExportOptions } from "./exportRewards.ts";
import type { BackboneOptions } from "./hubBackbones.ts";
import { isNotebook, refuseOptions } from "./notebookFile.ts";
import {
  age,
  type BudgetOptions,
  budget,
  DEFAULT_OUT,
  dollars,
  type StartOptions,
  setting,
  typedBackbone,
  wholeNumber,
} from "./startOptions.ts";
import type { Terminal } from "./terminal.ts";

/** Options of the commands that look at runs. */
interface PastOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Of the command that goes on with a run. */
interface ResumeManner {
  readonly save?: boolean;
  readonly yes?: boolean;
}

const EXPERIMENT = "TypeScript or JavaScript file whose default export is an experiment";
const RUN = 'id of a run, the beginning of one, "latest", or the path of its folder';

/** The whole command line. What a command needs is loaded only when it runs, so that help comes at once. */
export function program(terminal: Terminal, attention: Attention): Command {
  const optimas = new Command("optimas")
    .description(
      "Tunes compound AI systems, component by component, with local rewards aligned to the system's own score.",
    )
    .version(productVersion)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.result(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      getOutHelpWidth: () => helpWidth(terminal.resultDisplay()),
      getErrHelpWidth: () => helpWidth(terminal.noteDisplay()),
    })
    .showHelpAfterError("(--help tells what there is)")
    .addHelpText("after", EXIT_CODES);

  startCommand(optimas, "run FILE", "optimize the system of an experiment, or run all cells of a notebook (*.optnb)")
    .addOption(new Option("--save", "write the outputs into the notebook"))
    .option("--no-save", NO_SAVE)
    .addHelpText("after", NOTEBOOK)
    .action(async (file: string, options: StartOptions, command: Command) => {
      if (isNotebook(file)) {
        refuseOptions(
          file,
          givenOptions(command, [
            "--save",
            "--no-save",
            "--from-source",
            "--json",
            "--yes",
            "--ask-above",
            "--no-cache",
            "--backbone",
          ]),
        );
        const { runNotebook } = await import("./runNotebook.ts");
        const values = {
          ...(options.fromSource && { start: "source" as const }),
          ...(options.save === false && { save: false }),
        };
        const cache = options.cache !== false;
        const manner = { save: options.save === true, json: options.json === true, values, cache, spending: options };
        const backbone = options.backbone === undefined ? undefined : typedBackbone(options.backbone);
        await runNotebook(file, { ...manner, backbone }, terminal, attention);
        return;
      }
      const { startRun } = await import("./startRun.ts");
      await startRun(file, { kind: "optimize" }, options, terminal, attention);
    });
  startCommand(
    optimas,
    "estimate FILE",
    "what a run may come to in calls, tokens, money and minutes; asks no model",
  ).action(async (file: string, options: StartOptions) => {
    const { startRun } = await import("./startRun.ts");
    await startRun(file, { kind: "optimize" }, { ...options, dryRun: true }, terminal, attention);
  });
  startCommand(optimas, "evaluate FILE", "measure the system on validation and test rows, and change nothing").action(
    async (file: string, options: StartOptions) => {
      const { startRun } = await import("./startRun.ts");
      await startRun(file, { kind: "evaluate" }, options, terminal, attention);
    },
  );
  const rewards = startCommand(
    optimas,
    "rewards FILE",
    "fit the local rewards only, and print their alignment per component",
  ).action(async (file: string, options: StartOptions) => {
    const { startRun } = await import("./startRun.ts");
    await startRun(file, { kind: "rewards" }, options, terminal, attention);
  });
  rewards
    .command("export")
    .description("write a run's local rewards on a transformer into a folder for other programs, and print its path")
    .argument("RUN", RUN)
    .argument("FOLDER", "a new or empty folder, or one with an earlier export, which is replaced")
    .option("--out <dir>", "folder of runs")
    .option("--backbone <name>", "the run's transformer, where it lies elsewhere by now")
    .option("--yes", "download the run's backbone without asking where it is no longer on this machine")
    .option("--json", "path and notes as JSON, on stdout")
    .addHelpText("after", EXPORT)
    .action(async (run: string, folder: string, _: unknown, command: Command) => {
      const { exportRewards } = await import("./exportRewards.ts");
      await exportRewards(run, folder, command.optsWithGlobals<ExportOptions>(), terminal, attention);
    });
  startCommand(optimas, "landscape FILE COMPONENT KEY", "local and global reward over the values of one option")
    .addHelpText("after", "\nCOMPONENT is the component's name, KEY the name of one of its options.")
    .action(async (file: string, component: string, key: string, options: StartOptions) => {
      const { startRun } = await import("./startRun.ts");
      await startRun(file, { kind: "landscape", component, key }, options, terminal, attention);
    });

  optimas
    .command("models")
    .description(
      "providers, models with their prices and limits, and whether a key is there; asks nobody but with --find",
    )
    .argument("[FILE]", "experiment whose models are looked at, too")
    .option("--find", "ask the usual ports of this machine which servers of models answer, and nothing else")
    .option("--json", "as JSON, on stdout")
    .action(async (file: string | undefined, options: { readonly json?: boolean; readonly find?: boolean }) => {
      if (options.find === true) await (await import("./findServers.ts")).findServers(options, terminal, attention);
      else await (await import("./listModels.ts")).listModels(file, options, terminal);
    });
  pastCommand(optimas, "runs", "list the runs, newest first", "one JSON object per run").action(
    async (options: PastOptions) => (await import("./pastRuns.ts")).printRuns(options, terminal),
  );
  pastCommand(optimas, "show", "what a run did and came to", "the run's events, one per line")
    .argument("RUN", RUN)
    .action(async (run: string, options: PastOptions) =>
      (await import("./pastRuns.ts")).printRun(run, options, terminal),
    );
  pastCommand(
    optimas,
    "compare",
    "two to six runs side by side: scores on the same rows, values, settings",
    "all of it",
  )
    .argument("RUN", RUN)
    .argument("RUNS...", "the runs to compare with it, named in the same way")
    .action(async (run: string, others: readonly string[], options: PastOptions) =>
      (await import("./compareRuns.ts")).compareRuns([run, ...others], options, terminal),
    );
  pastCommand(optimas, "report", "write a run's report (HTML, self-contained) and print its path", "the path as JSON")
    .argument("RUN", RUN)
    .option("--to <file>", "write it there instead of into the run's folder; an existing file is replaced")
    .action(async (run: string, options: PastOptions & { readonly to?: string }) =>
      (await import("./pastRuns.ts")).writeRunReport(run, options, terminal),
    );
  budgetOptions(
    pastCommand(
      optimas,
      "resume",
      "go on with a run that was interrupted, killed or failed, or that a budget ended",
      "one event per line",
    ),
  )
    .argument("RUN", RUN)
    .option("--no-save", NO_SAVE)
    .option("--yes", "download the run's backbone without asking where it is no longer on this machine")
    .action(async (run: string, options: PastOptions & BudgetOptions & ResumeManner) => {
      const { resumeRun } = await import("./resumeRun.ts");
      await resumeRun(run, options, terminal, attention);
    });
  cacheCommands(optimas, terminal);
  backboneCommands(optimas, terminal, attention);
  return optimas;
}

const OUT = "folder of runs whose answers are meant";

function cacheCommands(optimas: Command, terminal: Terminal): void {
  const cache = optimas
    .command("cache")
    .description("answers of models that runs have recorded: asked again, they are taken from there and cost nothing")
    .option("--out <dir>", OUT, DEFAULT_OUT)
    .option("--json", "the figures as JSON, on stdout")
    .action(async (options: CacheOptions) => (await import("./answerCache.ts")).printCache(options, terminal));
  const sub = (usage: string, description: string): Command =>
    cache.command(usage).description(description).option("--out <dir>", OUT).option("--json", "as JSON, on stdout");
  // Options may stand before the name of the subcommand, or behind it.
  const options = (command: Command): CacheOptions => command.optsWithGlobals<CacheOptions>();
  sub("show", "one answer, and what was asked")
    .argument("KEY", "the answer's key, or the beginning of it")
    .action(async (key: string, _: unknown, command: Command) =>
      (await import("./answerCache.ts")).printAnswer(key, options(command), terminal),
    );
  sub("clear", "remove answers, all of them or some; what is asked again then has to be paid for again")
    .option("--model <name>", "only those of this model, as provider:model")
    .option("--older-than <age>", "only those that were not used for so long: 12h, 30d, 4w", age)
    .action(async (only: { readonly model?: string; readonly olderThan?: number }, command: Command) => {
      const { clearCache } = await import("./answerCache.ts");
      await clearCache(only, options(command), terminal);
    });
  sub("limit", "how much the recorded answers may take on the disk; those not used for longest go first")
    .argument("[SIZE]", "a new limit, such as 500MB or 2GB; 1 GB where nothing was said")
    .action(async (size: string | undefined, _: unknown, command: Command) =>
      (await import("./answerCache.ts")).limitCache(size, options(command), terminal),
    );
}

function backboneCommands(optimas: Command, terminal: Terminal, attention: Attention): void {
  const backbone = optimas
    .command("backbone")
    .description(
      "transformers of the hub for local rewards to be learned on: bring one to this machine and print its folder; without a name, list those that are here",
    )
    .argument("[NAME]", "name on the hub: hub:owner/name, or hub:owner/name@revision")
    .option("--yes", "download it without asking, whatever its size")
    .option("--dry-run", "tell what would be downloaded, and download nothing")
    .option("--json", "as JSON, on stdout; of a download, one line for each piece of news")
    .addHelpText("after", BACKBONE)
    .action(async (name: string | undefined, options: BackboneOptions) => {
      const { bringBackbone, listBackbones } = await import("./hubBackbones.ts");
      if (name === undefined) listBackbones(options, terminal);
      else await bringBackbone(name, options, terminal, attention);
    });
  backbone
    .command("remove")
    .description("remove a backbone from this machine, at all its revisions or at one; parts of broken downloads, too")
    .argument("NAME", "hub:owner/name, or hub:owner/name@revision")
    .option("--json", "what was removed as JSON, on stdout")
    .action(async (name: string, _: unknown, command: Command) =>
      (await import("./hubBackbones.ts")).removeBackbone(name, command.optsWithGlobals<BackboneOptions>(), terminal),
    );
}

const BACKBONE = `
It lies in your folder of caches, stays at the commit that its revision stood for, and needs no network from then on.
HF_ENDPOINT names another hub; HF_TOKEN is sent to the hub alone, for models that are private or ask for conditions.`;

const EXPORT = `
model.onnx gives the rewards of tokens in any onnxruntime; adapter_model.safetensors and adapter_config.json are what PEFT
loads; README.md says how. A run starts from them, or from an adapter that PEFT trained, with --set rewards.start=FOLDER, a path
from the experiment's folder.`;

const NO_SAVE = "do not write accepted values into <name>.optimas.json beside the experiment";

/** Wider text is hard to read, and a pipe has no width of its own. */
function helpWidth({ width }: { readonly width: number }): number {
  return Math.min(width, 100);
}

const EXIT_CODES = `
Results go to stdout, progress to stderr. Exit codes: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.
The first Ctrl-C stops a run so that "optimas resume" can go on with it; the second ends the process at once.`;

const NOTEBOOK = `
The cells of a notebook run in order until one fails, in a process of their own. What they print and their values go to
stdout; --save writes all outputs into the notebook, also those of a run that failed; --json prints every event.
--yes and --ask-above hold for what they may cost; with --no-cache their runs neither use nor keep recorded answers.
--backbone holds for experiments that name none.
--from-source and --no-save hold for the values that its experiments keep in <notebook>.<experiment>.optimas.json, unless
their code says otherwise. The other options are for experiment files.`;

/** Options that were typed, but for those named. */
function givenOptions(command: Command, others: readonly string[]): string[] {
  return command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .flatMap(({ long }) => (long == null || others.includes(long) ? [] : [long]));
}

function startCommand(optimas: Command, usage: string, description: string): Command {
  const [name = "", ...names] = usage.split(" ");
  const command = optimas.command(name).description(description);
  for (const argument of names) command.argument(argument, argument === "FILE" ? EXPERIMENT : undefined);
  return budgetOptions(command)
    .option("--data <dir>", "folder with train.jsonl, validation.jsonl and, where present, test.jsonl (or .csv)")
    .option("--out <dir>", "folder of runs; the run lands in <dir>/<run id>/", DEFAULT_OUT)
    .option("--seed <number>", "names every random stream of the run", wholeNumber)
    .option("--iterations <number>", "iterations of the optimization", wholeNumber)
    .option("--dry-run", "tell what the run may come to in calls, tokens, money and minutes, and begin nothing")
    .option("--ask-above <usd>", "ask before a run that may cost more US dollars (default 1)", dollars)
    .option("--yes", "begin without asking, whatever it may cost")
    .option("--concurrency <number>", "examples under way at the same time", wholeNumber)
    .option("--model <name>", "model of all components that name none, as provider:model")
    .option(
      "--backbone <name>",
      'what local rewards are learned on: "lexical", the folder of a transformer, or hub:owner/name',
    )
    .option("--configuration <file>", "start from this configuration instead of <name>.optimas.json")
    .option("--from-source", "start from the values in the source, whatever <name>.optimas.json says")
    .option("--no-cache", "send every request, and neither use nor keep recorded answers of models")
    .option("--set <name=value>", "any other setting, the value as JSON; may be repeated", setting)
    .option("--json", "one event per line on stdout, as JSON; the last one is the summary");
}

/** Hard limits: nothing is begun whose worst case is not there, and the run ends with the best that it has. */
function budgetOptions(command: Command): Command {
  return command
    .option(
      "--budget-runs <number>",
      'hard limit of system runs, test rows apart; "none" for no limit',
      budget("budgetRuns"),
    )
    .option("--budget-calls <number>", 'hard limit of model calls; "none" for no limit', budget("budgetCalls"))
    .option("--budget-tokens <number>", "hard limit of tokens, input and output together", budget("budgetTokens"))
    .option(
      "--budget-usd <dollars>",
      "hard limit of US dollars; the price of every model must be known",
      budget("budgetUsd"),
    )
    .option("--budget-minutes <number>", "hard limit of minutes at work", budget("budgetMinutes"));
}

function pastCommand(optimas: Command, name: string, description: string, json: string): Command {
  return optimas
    .command(name)
    .description(description)
    .option("--out <dir>", "folder of runs", DEFAULT_OUT)
    .option("--json", `${json}, on stdout`);
}
