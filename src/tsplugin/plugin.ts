import type ts from "typescript-services";
import { attemptIn } from "./attempt.ts";
import { completions } from "./completions.ts";
import { Decoration } from "./decoration.ts";
import { diagnostics, withoutRegions } from "./diagnostics.ts";
import { edits } from "./edits.ts";
import { navigation } from "./navigation.ts";
import { NotebookCells } from "./notebookCells.ts";
import { openTogether } from "./openTogether.ts";
import { serveCells } from "./projectHost.ts";
import { sdkAnswers } from "./sdkAnswers.ts";
import { serveSdk } from "./sdkResolution.ts";
import { ShippedSdk } from "./shippedSdk.ts";
import { ToldConfiguration } from "./toldConfiguration.ts";

/**
 * The plugin of the TypeScript server by which the cells of a notebook know each other: each becomes a module that imports
 * what earlier cells declare. In every file, of any project, it finds `"optimas"` where nobody installed it. Projects without
 * cells that do not import it are left as they are.
 */
export default function initialize({ typescript: compiler }: { typescript: typeof ts }): ts.server.PluginModule {
  let onConfigurationChanged: (configuration: unknown) => void = () => {};
  return {
    create({ project, languageService, languageServiceHost: host, config }) {
      const attempt = attemptIn(compiler, project);
      // The editor opens cells in projects without a configuration file.
      const isInferred = project.projectKind === compiler.server.ProjectKind.Inferred;
      if (isInferred) openTogether(project, attempt);
      // The other server of the editor knows of no types.
      if (project.projectService.serverMode !== compiler.LanguageServiceMode.Semantic) return languageService;
      const told = new ToldConfiguration(compiler, project, config);
      const sdk = new ShippedSdk(compiler, project, told);
      if (!serveSdk(compiler, project, host, sdk, attempt)) return languageService;
      const service = sdkAnswers(languageService, sdk, attempt);
      if (!isInferred) return service;
      const cells = new NotebookCells(compiler, project, told, attempt);
      serveCells(compiler, project, host, cells, attempt);
      onConfigurationChanged = (configuration) => {
        told.tell(configuration);
        attempt(
          "changing the configuration",
          () => lookAgain(project, cells),
          () => {},
        );
      };
      const decoration = new Decoration(compiler, project, service, cells, sdk, attempt);
      return {
        ...service,
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

/** Has everything checked again that cells and their order decide. */
function lookAgain(project: ts.server.Project, cells: NotebookCells): void {
  const before = cells.count;
  cells.expectChanges();
  if (project.isClosed() || (before === 0 && cells.count === 0)) return;
  for (const script of project.getRootScriptInfos()) script.markContainingProjectsAsDirty();
  project.refreshDiagnostics();
}
