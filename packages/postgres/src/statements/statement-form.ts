import { createHash } from "node:crypto";
import { normalise } from "./normalise.ts";
import { readFacts, type StatementFacts } from "./statement-facts.ts";
import { tokensOf } from "./tokens.ts";
import { TwoHalves } from "./two-halves.ts";

/** All texts that differ in nothing but literals, comments, blanks and the length of lists are one form. */
export class StatementForm {
  /** The text that all have in common. */
  readonly text: string;
  private readFingerprint: string | undefined;
  private readStatementFacts: StatementFacts | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** 16 hexadecimal digits. */
  get fingerprint(): string {
    this.readFingerprint ??= createHash("sha256").update(this.text).digest("hex").slice(0, 16);
    return this.readFingerprint;
  }

  /** What can be told from the text alone. */
  get facts(): StatementFacts {
    this.readStatementFacts ??= readFacts(tokensOf(this.text));
    return this.readStatementFacts;
  }
}

/** A longer text is read up to here: what follows in an insert of many rows tells nothing new. */
const LONGEST_READ = 4_096;
const MOST_TEXTS = 2_000;
const MOST_FORMS = 2_000;

/** Forms by the text of statements, within bounds. */
export class FormCache {
  private readonly byText = new TwoHalves<StatementForm>(MOST_TEXTS);
  private readonly byForm = new TwoHalves<StatementForm>(MOST_FORMS);

  formOf(sql: string): StatementForm {
    const known = this.byText.get(sql);
    if (known !== undefined) return known;
    const isLong = sql.length > LONGEST_READ;
    const text = normalise(tokensOf(isLong ? sql.slice(0, LONGEST_READ) : sql));
    let form = this.byForm.get(text);
    if (form === undefined) {
      form = new StatementForm(text);
      this.byForm.set(text, form);
    }
    // The key would hold the whole text.
    if (!isLong) this.byText.set(sql, form);
    return form;
  }
}
