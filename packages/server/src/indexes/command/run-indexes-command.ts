import type { IndexesQuery } from "@streamgate/contract";
import type { CommandCall } from "../../command-line/command.ts";
import { nearest } from "../../configuration/nearest.ts";
import { usageError } from "../../errors.ts";
import { INDEX_LISTS, type IndexListing } from "./index-lists.ts";
import { lookNow, withKeptIndexes } from "./index-sight.ts";

const URL = /^postgres(?:ql)?:\/\//;
const DEFAULT_LIMIT = 50;
const SORTS = ["size", "scans", "bloat", "name"] as const;

/**
 * `streamgate indexes [LIST] [DATABASE]`: of what the store keeps, or of a database at this moment.
 *
 * @throws StreamGateError `SG_SERVER_USAGE`; those of the store and of the database
 */
export async function runIndexesCommand(call: CommandCall): Promise<IndexListing> {
  const { signal, terminal } = call;
  const [name, place] = wordsOf(call.positionals);
  const list = INDEX_LISTS.get(name);
  if (list === undefined) throw unknownList(name);
  const query = queryOf(call);
  const show = (sight: Parameters<typeof list>[0]): Promise<IndexListing> =>
    list(sight, query, terminal.widthColumns);
  if (place !== null && URL.test(place)) return show(await lookNow(place, signal));
  return withKeptIndexes(call, place, show);
}

/** A connection string may come first: then all indexes are meant. */
function wordsOf([first = "all", second]: readonly string[]): readonly [string, string | null] {
  if (URL.test(first)) return [second ?? "all", first];
  return [first, second ?? null];
}

function queryOf({ settings }: CommandCall): IndexesQuery & { readonly limit: number } {
  const table = settings.text("table");
  const search = settings.text("search");
  const sort = settings.oneOf("sort", SORTS);
  return {
    limit: settings.count("limit", 1) ?? DEFAULT_LIMIT,
    ...(table === undefined ? {} : { table }),
    ...(search === undefined ? {} : { search }),
    ...(sort === undefined ? {} : { sort }),
  };
}

function unknownList(word: string): Error {
  const names = [...INDEX_LISTS.keys()];
  const near = nearest(word, names);
  return usageError(
    `run \`streamgate indexes ${word}\``,
    "there is no such list",
    near === undefined
      ? `use one of ${names.join(", ")}`
      : `did you mean \`streamgate indexes ${near}\`?`,
  );
}
