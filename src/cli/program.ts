import { Command, Option } from "commander";
import { productVersion } from "../run/productVersion.ts";
import type { Attention } from "./attention.ts";
import { isNotebook, refuseOptions } from "./notebookFile.ts";
import { DEFAULT_OUT, runsLimit, type StartOptions, setting, wholeNumber } from "./startOptions.ts";
import type { Terminal } from "./terminal.ts";

/** Options of the commands that look at runs. */
interface PastOptions {
  readonly out: string;
  readonly json?: boolean;
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
        refuseOptions(file, givenOptions(command, ["--save", "--no-save", "--from-source", "--json"]));
        const { runNotebook } = await import("./runNotebook.ts");
        const values = {
          ...(options.fromSource && { start: "source" as const }),
          ...(options.save === false && { save: false }),
        };
        const manner = { save: options.save === true, json: options.json === true, values };
        await runNotebook(file, manner, terminal, attention);
        return;
      }
      const { startRun } = await import("./startRun.ts");
      await startRun(file, { kind: "optimize" }, options, terminal, attention);
    });
  startCommand(optimas, "evaluate FILE", "measure the system on validation and test rows, and change nothing").action(
    async (file: string, options: StartOptions) => {
      const { startRun } = await import("./startRun.ts");
      await startRun(file, { kind: "evaluate" }, options, terminal, attention);
    },
  );
  startCommand(optimas, "rewards FILE", "fit the local rewards only, and print their alignment per component").action(
    async (file: string, options: StartOptions) => {
      const { startRun } = await import("./startRun.ts");
      await startRun(file, { kind: "rewards" }, options, terminal, attention);
    },
  );
  startCommand(optimas, "landscape FILE COMPONENT KEY", "local and global reward over the values of one option")
    .addHelpText("after", "\nCOMPONENT is the component's name, KEY the name of one of its options.")
    .action(async (file: string, component: string, key: string, options: StartOptions) => {
      const { startRun } = await import("./startRun.ts");
      await startRun(file, { kind: "landscape", component, key }, options, terminal, attention);
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
  pastCommand(optimas, "resume", "go on with a run that was interrupted, failed or killed", "one event per line")
    .argument("RUN", RUN)
    .option("--no-save", NO_SAVE)
    .action(async (run: string, options: PastOptions & { readonly save?: boolean }) => {
      const { resumeRun } = await import("./resumeRun.ts");
      await resumeRun(run, options, terminal, attention);
    });
  return optimas;
}

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
  return command
    .option("--data <dir>", "folder with train.jsonl, validation.jsonl and, where present, test.jsonl (or .csv)")
    .option("--out <dir>", "folder of runs; the run lands in <dir>/<run id>/", DEFAULT_OUT)
    .option("--seed <number>", "names every random stream of the run", wholeNumber)
    .option("--iterations <number>", "iterations of the optimization", wholeNumber)
    .option("--budget-runs <number>", 'hard limit of system runs, test rows apart; "none" for no limit', runsLimit)
    .option("--concurrency <number>", "examples under way at the same time", wholeNumber)
    .option("--model <name>", "model of all components that name none, as provider:model")
    .option("--configuration <file>", "start from this configuration instead of <name>.optimas.json")
    .option("--from-source", "start from the values in the source, whatever <name>.optimas.json says")
    .option("--set <name=value>", "any other setting, the value as JSON; may be repeated", setting)
    .option("--json", "one event per line on stdout, as JSON; the last one is the summary");
}

function pastCommand(optimas: Command, name: string, description: string, json: string): Command {
  return optimas
    .command(name)
    .description(description)
    .option("--out <dir>", "folder of runs", DEFAULT_OUT)
    .option("--json", `${json}, on stdout`);
}
