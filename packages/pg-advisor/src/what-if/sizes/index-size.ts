/** What a GIN index counts on its metapage, where the planner reads it. */
export interface GinPages {
  readonly entryPages: number;
  readonly dataPages: number;
  readonly entries: number;
}

/** How large an index is right after CREATE INDEX, and what its planner reads beside that. */
export interface IndexSize {
  /** All pages of the main fork, the metapage included. */
  readonly pages: number;
  readonly bytes: number;
  readonly form: IndexForm;
}

/** What the first pages of an index tell the planner. */
export type IndexForm =
  | { readonly method: "btree"; readonly level: number }
  | ({ readonly method: "gin" } & GinPages)
  | { readonly method: "brin"; readonly revmapPages: number }
  | { readonly method: "hash" | "gist" };
