import { aliasesIn, columnUse, equalityOf, isBelowWith } from "../analysis/expressions.ts";
import { aliasOf, flatten, unflatten } from "../analysis/flat-level.ts";
import { withNames } from "../analysis/targets.ts";
import { renameAliases } from "../tree/replace.ts";
import { type Rule, type RuleOutcome, rewritten } from "./rule.ts";

/** Two rows of one table with the same key are one row. */
export const selfJoinOnKey: Rule = {
  name: "self-join-on-key",
  does: "reads a table once where it was joined with itself by its key",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const flat = flatten(level.select);
    const plain = level.sources.filter(
      (source) =>
        source.table !== null &&
        flat.items.some((item) => aliasOf(item) === source.alias && "RangeVar" in item),
    );
    return plain.flatMap((kept, index) =>
      plain.slice(index + 1).flatMap((gone): readonly RuleOutcome[] => {
        if (kept.table === null || gone.table !== kept.table) return [];
        const equal = flat.conditions.filter((condition) => {
          const equality = equalityOf(condition);
          const [left, right] = [columnUse(equality?.left), columnUse(equality?.right)];
          if (left === null || right === null || left.column !== right.column) return false;
          const names = new Set([left.alias, right.alias]);
          return names.has(kept.alias) && names.has(gone.alias);
        });
        const columns = new Set(
          equal.flatMap((one) => columnUse(equalityOf(one)?.left)?.column ?? []),
        );
        const key = kept.table.keys.find(
          (one) => one.isNeverNull && one.columns.every((column) => columns.has(column)),
        );
        if (key === undefined) return [];
        const onKey = equal.filter((one) =>
          key.columns.includes(columnUse(equalityOf(one)?.left)?.column ?? ""),
        );
        const select = unflatten(withNames(level), {
          items: flat.items.filter((item) => aliasOf(item) !== gone.alias),
          conditions: flat.conditions.filter((one) => !onKey.includes(one)),
        });
        const renamed = renameAliases(select, new Map([[gone.alias, kept.alias]]));
        if (aliasesIn(renamed).has(gone.alias)) return [];
        return [rewritten(renamed, `${gone.alias} is always the same row as ${kept.alias}`)];
      }),
    );
  },
};
