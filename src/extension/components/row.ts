/** One line of a tree, as data: whatever knows no editor makes rows, and one provider shows them all. */
export interface Row {
  /** Stays the same as long as the row means the same thing, so that what was opened stays open. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  /** A codicon, and the theme's colour for it. Words say it as well: colour only stresses. */
  readonly icon: { readonly name: string; readonly color?: string };
  /** What menus decide by. */
  readonly context: string;
  /** The whole row for a screen reader. */
  readonly spoken: string;
  /** What a click does; the row itself is the argument. */
  readonly does?: "go to definition" | "open run" | "show diff";
  /** Made when the row is opened. */
  readonly children?: () => readonly Row[];
  readonly open?: boolean;
  /** What commands act on: the ids of a definition, a run's folder, an update of it. */
  readonly definition?: string;
  readonly run?: string;
  readonly iteration?: number;
  /** Id of a run of this window. */
  readonly editorRun?: string;
}
