import { readStatement, type StatementText } from "./statement-text.ts";

const STATEMENTS_KEPT = 10_000;

/** Reads each text once; a text that may not be planned keeps its error. */
export class StatementReader {
  readonly #read = new Map<string, StatementText | Error>();

  async readAll(texts: readonly string[]): Promise<void> {
    if (this.#read.size > STATEMENTS_KEPT) this.#read.clear();
    for (const text of texts) {
      if (!this.#read.has(text)) this.#read.set(text, await readOrError(text));
    }
  }

  get(text: string): StatementText | Error {
    return this.#read.get(text) ?? new Error("the statement was not read");
  }
}

async function readOrError(text: string): Promise<StatementText | Error> {
  try {
    return await readStatement(text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
