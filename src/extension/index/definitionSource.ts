import type * as vscode from "vscode";
import type { Definition, SourceLocation } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";

/** What knows the definitions of the workspace, as far as writing to them needs it. */
export interface DefinitionSource {
  /** Settled when the whole workspace was searched once. Never rejects. */
  readonly ready: Promise<void>;
  /** What is known now. */
  readonly model: WorkspaceModel;
  readonly onDidChange: vscode.Event<void>;
  inDocument(document: vscode.TextDocument): readonly Definition[];
  /** Settled when the text of a document is in the model as it is now. Never rejects. */
  refresh(uri: vscode.Uri): Promise<void>;
  /** The document at a location, opened where it is not. @throws Error when it is gone */
  documentAt(location: SourceLocation): Promise<vscode.TextDocument>;
}
