import type { Declined } from "@streamgate/core";
import type { Contender } from "./configuration-value.ts";
import type { SearchInput, SearchResult } from "./exchange-indexes.ts";
import { askingStatements, explainDeclined } from "./explain-declined.ts";
import type { KeptFast } from "./keep-fast.ts";

/** So many, of those that would save most alone, are planned once more for the figure beside the chosen indexes. */
const MOST_ASKED = 200;

export interface DeclineOthersInput {
  readonly search: SearchInput;
  readonly alone: SearchResult["alone"];
  readonly chosen: readonly Contender[];
  readonly leftOut: KeptFast["leftOut"];
}

/** Every candidate that was not chosen, with the reason. */
export async function declineOthers({
  search: { contenders, value, options, book },
  alone,
  chosen,
  leftOut,
}: DeclineOthersInput): Promise<readonly Declined[]> {
  const savedAlone = ({ id }: Contender): number => alone.get(id)?.savedMs ?? 0;
  const others = contenders.filter((contender) => !chosen.includes(contender));
  const asked = book.isExhausted
    ? []
    : others
        .filter((one) => savedAlone(one) >= Math.max(Number.MIN_VALUE, one.leastSavedMs))
        .toSorted((one, other) => savedAlone(other) - savedAlone(one))
        .slice(0, MOST_ASKED);
  await book.ask(
    asked.flatMap((contender) =>
      askingStatements({ contender, value }).flatMap((traced) => [
        value.question(traced, chosen),
        value.question(traced, [...chosen, contender]),
      ]),
    ),
    false,
  );
  const mayAsk = new Set(asked);
  const declined: Declined[] = [];
  for (const contender of others) {
    declined.push(
      await explainDeclined({
        contender,
        alone: alone.get(contender.id),
        chosen,
        value,
        options,
        slowed: leftOut.get(contender.id),
        mayAsk: mayAsk.has(contender) && !book.isExhausted,
      }),
    );
  }
  return declined;
}
