import type { ConfigurationValue, Contender, Incumbent } from "./configuration-value.ts";
import type { ResolvedChoiceOptions } from "./options.ts";

/**
 * Of the existing indexes that the chosen ones make superfluous by their definitions, those without which the planner, too, does as well:
 * every statement that touches their table is planned in the world of the chosen indexes without them.
 */
export async function letGo(
  value: ConfigurationValue,
  chosen: readonly Contender[],
  { slowdownAtMost }: ResolvedChoiceOptions,
): Promise<readonly Incumbent[]> {
  const gone: Incumbent[] = [];
  for (const incumbent of value.supersededBy(chosen)) {
    const without = [...gone, incumbent].map(({ id }) => id);
    const statements = value.touching(incumbent.table);
    await value.book.ask(
      statements.flatMap((traced) => [
        value.question(traced, chosen),
        value.question(traced, chosen, without),
      ]),
    );
    const isMissed = statements.some(
      (traced) =>
        value.ratio(traced, chosen, without) > value.ratio(traced, chosen) * slowdownAtMost,
    );
    if (!isMissed) gone.push(incumbent);
  }
  return gone;
}
