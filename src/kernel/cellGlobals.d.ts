/**
 * Names that every cell of a notebook finds without importing them. A cell may declare any of them anew.
 */

/** Something that is shown as what it is, not as text. */
export type CellDisplayable = object;

export interface CellDisplayOptions {
  /** A later display with the same id takes the place of this one. */
  readonly id?: string;
  /** The value is data from MIME type to text, to be shown as it is. */
  readonly raw?: boolean;
}

/** Shows a value in the cell now, in the way the cell's last expression is shown. Resolved when it is shown. */
export declare function display(value: unknown, options?: CellDisplayOptions): Promise<void>;

/** Shows HTML. As a template tag it escapes the values that are put in, other `html` excepted. */
export declare function html(source: string): CellDisplayable;
export declare function html(source: TemplateStringsArray, ...values: readonly unknown[]): CellDisplayable;

/** Shows Markdown. As a template tag it keeps the values that are put in from being taken for HTML. */
export declare function md(source: string): CellDisplayable;
export declare function md(source: TemplateStringsArray, ...values: readonly unknown[]): CellDisplayable;

/** Shows an SVG picture. As a template tag it escapes the values that are put in, other `svg` excepted. */
export declare function svg(source: string): CellDisplayable;
export declare function svg(source: TemplateStringsArray, ...values: readonly unknown[]): CellDisplayable;

/** Shows a PNG, JPEG, GIF, WebP or SVG picture, by its bytes or by its path from the notebook's folder. */
export declare function image(source: Uint8Array | string): CellDisplayable;

/** Node's `require`, from the notebook's folder. */
export declare const require: NodeJS.Require;

/** Absolute path of the notebook. */
export declare const __filename: string;

/** Absolute path of the notebook's folder. */
export declare const __dirname: string;
