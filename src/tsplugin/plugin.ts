import type ts from "typescript-services";
import { attemptIn } from "./attempt.ts";
import { completions } from "./completions.ts";
import { Decoration } from "./decoration.ts";
import { diagnostics, withoutRegions } from "./diagnostics.ts";
import { edits } from "./edits.ts";
import { navigation } from "./navigation.ts";
import { NotebookCells } from "./notebookCells.ts";
import { PLUGIN_NAME } from "./pluginName.ts";
import { serveCells } from "./projectHost.ts";

/**
 * The plugin of the TypeScript server by which the cells of a notebook know each other: each becomes a module that imports
 * what earlier cells declare. Projects without cells are left as they are.
 */
export default function initialize({ typescript: compiler }: { typescript: typeof ts }): ts.server.PluginModule {
  let onConfigurationChanged: (configuration: unknown) => void = () => {};
  return {
    create({ project, languageService, languageServiceHost, config }) {
      // The editor opens cells in projects without a configuration file, and in the server that knows of types.
      const holdsCells = project.projectKind === compiler.server.ProjectKind.Inferred;
      const { serverMode } = project.projectService;
      if (!holdsCells || serverMode !== compiler.LanguageServiceMode.Semantic) return languageService;
      let told: unknown = config;
      let kept = keptConfiguration(project);
      const attempt = attemptIn(compiler, project);
      const latest = () => {
        const now = keptConfiguration(project);
        if (now !== kept) told = now;
        kept = now;
        return told;
      };
      const cells = new NotebookCells(compiler, project, latest, attempt);
      if (!serveCells(compiler, project, languageServiceHost, cells, attempt)) return languageService;
      onConfigurationChanged = (configuration) => {
        told = configuration;
        attempt(
          "changing the configuration",
          () => lookAgain(project, cells),
          () => {},
        );
      };
      const decoration = new Decoration(compiler, project, languageService, cells, attempt);
      return {
        ...languageService,
        ...diagnostics(decoration),
        ...withoutRegions(decoration),
        ...completions(decoration),
        ...navigation(decoration),
        ...edits(decoration),
      };
    },
    onConfigurationChanged: (configuration) => onConfigurationChanged(configuration),
  };
}

/**
 * The server keeps what it was told last, for projects to come. A project without an open file is not told, but may be
 * filled again later.
 */
function keptConfiguration(project: ts.server.Project): unknown {
  const kept: unknown = Reflect.get(project.projectService, "currentPluginConfigOverrides");
  return kept instanceof Map ? kept.get(PLUGIN_NAME) : undefined;
}

/** Has everything checked again that cells and their order decide. */
function lookAgain(project: ts.server.Project, cells: NotebookCells): void {
  const before = cells.count;
  cells.expectChanges();
  if (project.isClosed() || (before === 0 && cells.count === 0)) return;
  for (const script of project.getRootScriptInfos()) script.markContainingProjectsAsDirty();
  project.refreshDiagnostics();
}
