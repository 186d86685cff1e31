import type ts from "typescript-services";
import { type Attempt, attemptIn } from "./attempt.ts";
import { completions } from "./completions.ts";
import { Decoration } from "./decoration.ts";
import { diagnostics } from "./diagnostics.ts";
import { edits } from "./edits.ts";
import { navigation } from "./navigation.ts";
import { NotebookCells } from "./notebookCells.ts";
import { pluginConfigurationSchema } from "./pluginConfiguration.ts";
import { serveCells } from "./projectHost.ts";

/**
 * The plugin of the TypeScript server by which the cells of a notebook know each other: each becomes a module that imports
 * what earlier cells declare. Projects without cells are left as they are.
 */
export default function initialize({ typescript: compiler }: { typescript: typeof ts }): ts.server.PluginModule {
  let configure: (configuration: unknown) => void = () => {};
  return {
    create({ project, languageService, languageServiceHost, config }) {
      // The editor opens cells in projects without a configuration file, and in the server that knows of types.
      const holdsCells = project.projectKind === compiler.server.ProjectKind.Inferred;
      const { serverMode } = project.projectService;
      if (!holdsCells || serverMode !== compiler.LanguageServiceMode.Semantic) return languageService;
      const attempt: Attempt = attemptIn(compiler, project);
      const cells = new NotebookCells(compiler, project);
      configure = (given) =>
        attempt(
          "reading the configuration",
          () => {
            const parsed = pluginConfigurationSchema.safeParse(given);
            if (!parsed.success) return;
            const before = cells.count;
            cells.configure(parsed.data);
            if (project.isClosed()) return;
            cells.refresh();
            if (before === 0 && cells.count === 0) return;
            for (const script of project.getRootScriptInfos()) script.markContainingProjectsAsDirty();
            project.refreshDiagnostics();
          },
          () => {},
        );
      // A project that is created later gets the configuration with its creation.
      const given = pluginConfigurationSchema.safeParse(config);
      if (given.success) cells.configure(given.data);
      serveCells(compiler, project, languageServiceHost, cells, attempt);
      const decoration = new Decoration(compiler, project, languageService, cells, attempt);
      return {
        ...languageService,
        ...diagnostics(decoration),
        ...completions(decoration),
        ...navigation(decoration),
        ...edits(decoration),
      };
    },
    onConfigurationChanged: (configuration) => configure(configuration),
  };
}
