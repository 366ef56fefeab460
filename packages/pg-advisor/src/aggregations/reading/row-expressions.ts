import type { Node } from "@pgsql/types";
import { familyOfCast } from "../../candidates/immutable-casts.ts";
import { type ExpressionContext, readExpression } from "../../candidates/immutable-expression.ts";
import { createTypeFacts, type TypeFamily } from "../../candidates/type-family.ts";
import { columnUse } from "../../rewrites/analysis/expressions.ts";
import type { Source } from "../../rewrites/analysis/level.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { walkNodes } from "../../workload/text/sql-nodes.ts";
import type { TimeColumn } from "../time/time-unit.ts";
import { NoSummary } from "./no-summary.ts";

/** Types whose operators extensions bring: triggers run with none of their schemas in sight. */
const BROUGHT_BY_EXTENSIONS: ReadonlySet<TypeFamily> = new Set(["citext", "other"]);
const OF_TIME: ReadonlySet<TypeFamily> = new Set([
  "date",
  "timestamp",
  "timestamp with time zone",
  "time",
  "interval",
]);
/** `today` and the like mean the day on which they are read. */
const MOVING = /^\s*(?:now|today|tomorrow|yesterday)\s*$/i;
/** A date that means the same whatever DateStyle says. */
const PLAIN_DATE = /^\s*\d{4}-\d\d?-\d\d?(?:[ T]|\s*$)/;

/** What the expressions of a statement say of one row of its table. */
export class RowExpressions {
  readonly #source: Source;
  readonly #families: ReadonlyMap<string, TypeFamily>;
  readonly #context: ExpressionContext;

  constructor(source: Source, snapshot: Snapshot) {
    this.#source = source;
    const types = createTypeFacts(snapshot.types);
    this.#families = new Map(
      source.columns.map(({ name, type }) => [
        name,
        types.family((type ?? "").replace(/\[\]$/, "")),
      ]),
    );
    this.#context = {
      familyOf: (name) => {
        const type = source.columns.find((column) => column.name === name)?.type ?? null;
        return type === null ? null : types.family(type);
      },
      extensions: [],
    };
  }

  /** The family of what an expression gives where it is steady; `other` where it is not. */
  familyOf(node: Node): TypeFamily | "literal" {
    const reading = readExpression(node, this.#context);
    return reading.outcome === "immutable" ? reading.family : "other";
  }

  /** Whether an expression gives the same for a row for ever, in every session, and inside a trigger. */
  isSteady(node: Node): boolean {
    if (columnUse(node) !== null) return true;
    if ("CaseExpr" in node) {
      const { arg, args, defresult } = node.CaseExpr;
      const branches = (args ?? []).flatMap((when) =>
        "CaseWhen" in when ? [when.CaseWhen.expr, when.CaseWhen.result] : [],
      );
      return [arg, defresult, ...branches].every(
        (part) => part === undefined || this.isSteady(part),
      );
    }
    const { outcome } = readExpression(node, this.#context);
    return outcome === "immutable" && !this.#dependsOnSession(node);
  }

  #dependsOnSession(node: Node): boolean {
    const columns = this.columnsIn(node);
    if (columns.some((name) => BROUGHT_BY_EXTENSIONS.has(this.#familyOfColumn(name)))) return true;
    if (this.mentionsInstants(node)) return true;
    const isOfTime = columns.some((name) => OF_TIME.has(this.#familyOfColumn(name)));
    let isFound = false;
    walkNodes(node, (kind, fields) => {
      if (kind === "TypeCast") {
        const { typeName } = fields as { readonly typeName?: Parameters<typeof familyOfCast>[0] };
        isFound ||= BROUGHT_BY_EXTENSIONS.has(familyOfCast(typeName));
      }
      if (kind === "A_Const") {
        const { sval } = fields as { readonly sval?: { readonly sval?: string } };
        const text = sval?.sval ?? "";
        isFound ||= MOVING.test(text) || (isOfTime && /\d/.test(text) && !PLAIN_DATE.test(text));
      }
      return undefined;
    });
    return isFound;
  }

  #familyOfColumn(name: string): TypeFamily {
    return this.#families.get(name) ?? "other";
  }

  mentionsInstants(part: unknown): boolean {
    return this.columnsIn(part).some((column) => this.timeColumn(column)?.isZoned === true);
  }

  /** A column of instants, or of what a clock shows; null for any other. */
  timeColumn(name: string): TimeColumn | null {
    const type = this.#source.columns.find((column) => column.name === name)?.type ?? "";
    if (!/^timestamp (?:with|without) time zone$/.test(type)) return null;
    return {
      alias: this.#source.alias,
      column: name,
      isZoned: type === "timestamp with time zone",
    };
  }

  columnsIn(part: unknown): readonly string[] {
    const columns = new Set<string>();
    walkNodes(part, (kind, fields) => {
      if (kind !== "ColumnRef") return undefined;
      const use = columnUse({ ColumnRef: fields } as Node);
      if (use === null) throw new NoSummary("it names a whole row");
      columns.add(use.column);
      return "skip";
    });
    return [...columns];
  }
}
