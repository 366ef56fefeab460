import { qualify } from "../../schema/identifiers.ts";
import { absentTypes } from "../../schema/render-stand-ins.ts";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { OwnType, Snapshot } from "../../snapshot/snapshot.ts";

/** A name that was not found: undefined function or operator, column, relation, object, schema, or no operator class. */
const NOT_FOUND = new Set(["42883", "42703", "42P01", "42704", "3F000", "42P18"]);
/** A problem that names an object that the twin could not make. */
const RELATION = /relation "([^"]+)" does not exist/;

/** What of the watched database the twin lacks, so that a statement that touches it is declined with the reason. */
export class Absences {
  readonly #types: readonly OwnType[];
  readonly #extensions: readonly string[];
  readonly #skipped: readonly SkippedObject[];

  constructor(
    snapshot: Pick<Snapshot, "ownTypes" | "extensions">,
    availableExtensions: readonly string[],
    skipped: readonly SkippedObject[],
  ) {
    this.#types = absentTypes(snapshot.ownTypes ?? [], availableExtensions);
    this.#extensions = snapshot.extensions
      .map(({ name }) => name)
      .filter((name) => !availableExtensions.includes(name));
    this.#skipped = skipped;
  }

  /** What is known of why a statement could not be planned, to be put after the problem; empty for nothing. */
  explain(problem: string, state: string): string {
    if (!NOT_FOUND.has(state)) return "";
    const type = this.#types.find(({ schema, name }) =>
      [qualify({ schema, name }), name].some((one) => hasWord(problem, one)),
    );
    if (type !== undefined) {
      return `; the twin holds ${qualify(type)} as an opaque value, because it lacks the extension ${type.extension}`;
    }
    const relation = RELATION.exec(problem)?.[1];
    const skipped =
      relation === undefined
        ? undefined
        : this.#skipped.find(({ object }) => endsWithName(object, relation));
    if (skipped !== undefined)
      return `; the twin could not carry ${skipped.object}: ${skipped.reason}`;
    return this.#extensions.length === 0
      ? ""
      : `; the twin lacks ${listed(this.#extensions)}, which may have it`;
  }
}

function listed(extensions: readonly string[]): string {
  const [only] = extensions;
  return extensions.length === 1
    ? `the extension ${only}`
    : `the extensions ${extensions.join(", ")}`;
}

function hasWord(text: string, word: string): boolean {
  const isPart = (character: string | undefined): boolean => /\w/.test(character ?? "");
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + word.length])) return true;
  }
  return false;
}

/** `view public."Odd"` ends with the name of `public.Odd` and of `Odd`. */
function endsWithName(object: string, relation: string): boolean {
  const plain = object.replaceAll('"', "");
  return plain.endsWith(` ${relation}`) || plain.endsWith(`.${relation}`);
}
