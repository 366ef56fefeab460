/** One label of a text, with the provider's confidence, 0 to 1. */
export interface Label {
  readonly name: string;
  readonly confidence: number;
}

/** Whoever classifies texts: a model behind an API, or rules in the process. */
export interface ClassificationProvider {
  readonly name: string;
  /** Changes whenever the same text may get other labels. */
  readonly version: string;
  /** How the labels are found, so that nobody takes rules for a model. */
  readonly method: "rules" | "model";
  classify(text: string): Promise<readonly Label[]>;
}
