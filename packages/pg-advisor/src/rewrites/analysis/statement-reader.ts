import type { Node, SelectStmt } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";
import type { ColumnFacts, RewriteCatalogue } from "../catalogue/catalogue.ts";
import { isStableCall } from "../catalogue/stable-call.ts";
import type { Path } from "../tree/path.ts";
import type { Level, Source } from "./level.ts";
import { outputOf, renamed } from "./level-output.ts";
import {
  bareNameOf,
  isInput,
  type NamedSource,
  NotUnderstood,
  type OpenLevel,
  openLevel,
  type Visible,
} from "./open-level.ts";
import { outputName } from "./output-name.ts";
import { qualify } from "./qualify.ts";
import { type QueryReader, readFrom } from "./read-from.ts";

/** Reads a statement level by level, outer names before inner ones, and writes its columns out in place. */
export class StatementReader implements QueryReader {
  readonly sources: Map<string, Source> = new Map();
  readonly #levels: Level[] = [];
  readonly catalogue: RewriteCatalogue;

  constructor(catalogue: RewriteCatalogue) {
    this.catalogue = catalogue;
  }

  inOrder(): readonly Level[] {
    return this.#levels.toSorted((one, other) => one.path.length - other.path.length);
  }

  readQuery(
    select: SelectStmt,
    path: Path,
    parent: OpenLevel | null,
    outerTables: Visible,
    role: Level["role"],
    sublink: Node | null,
  ): readonly ColumnFacts[] {
    refuseOddities(select);
    const visible = this.#readCommonTables(select, path, parent, outerTables);
    if (select.op !== undefined && select.op !== "SETOP_NONE") {
      return this.#readSetOperation(select, path, parent, visible, role, sublink);
    }
    const open = openLevel(parent);
    for (const [index, item] of (select.fromClause ?? []).entries()) {
      readFrom(this, item, [...path, "fromClause", index], open, visible, false);
    }
    this.#readClauses(select, path, open, visible);
    const output = outputOf(select, open.names);
    this.#finish(select, path, open, visible, role, sublink, output);
    return output;
  }

  #finish(
    select: SelectStmt,
    path: Path,
    open: OpenLevel,
    commonTables: Visible,
    role: Level["role"],
    sublink: Node | null,
    output: readonly ColumnFacts[],
  ): void {
    const level: Level = {
      select,
      path,
      get parent() {
        return open.parent?.level ?? null;
      },
      role,
      sublink,
      sources: open.names,
      output,
      commonTables,
    };
    open.level = level;
    this.#levels.push(level);
  }

  #readCommonTables(
    select: SelectStmt,
    path: Path,
    parent: OpenLevel | null,
    outerTables: Visible,
  ): Visible {
    const { withClause } = select;
    if (withClause === undefined) return outerTables;
    if (withClause.recursive === true) throw new NotUnderstood("it has a recursive WITH");
    const visible = new Map(outerTables);
    for (const [index, item] of (withClause.ctes ?? []).entries()) {
      if (!("CommonTableExpr" in item)) continue;
      const { ctename: name = "", ctequery, aliascolnames } = item.CommonTableExpr;
      if (ctequery === undefined || !("SelectStmt" in ctequery)) {
        throw new NotUnderstood("a WITH in it writes");
      }
      const at = [
        ...path,
        "withClause",
        "ctes",
        index,
        "CommonTableExpr",
        "ctequery",
        "SelectStmt",
      ];
      const output = this.readQuery(ctequery.SelectStmt, at, parent, visible, "common table", null);
      visible.set(name, { name, columns: renamed(output, namesOf(aliascolnames) ?? []) });
    }
    return visible;
  }

  #readSetOperation(
    select: SelectStmt,
    path: Path,
    parent: OpenLevel | null,
    visible: Visible,
    role: Level["role"],
    sublink: Node | null,
  ): readonly ColumnFacts[] {
    const { larg, rarg } = select;
    if (larg === undefined || rarg === undefined)
      throw new NotUnderstood("an arm of it is missing");
    const left = this.readQuery(larg, [...path, "larg"], parent, visible, "arm", null);
    const right = this.readQuery(rarg, [...path, "rarg"], parent, visible, "arm", null);
    const output = left.map((column, index) => ({
      name: column.name,
      type: column.type === right[index]?.type ? column.type : null,
      isNotNull: column.isNotNull && right[index]?.isNotNull === true,
    }));
    const open = openLevel(parent);
    this.#finish(select, path, open, visible, role, sublink, output);
    return output;
  }

  keep(names: NamedSource): NamedSource {
    this.sources.set(names.alias, names);
    return names;
  }

  aliasFor(wanted: string): string {
    let alias = wanted;
    for (let number = 2; this.sources.has(alias); number += 1) alias = `${wanted}_${number}`;
    return alias;
  }

  /** Everything of a level but its FROM and WITH. */
  #readClauses(select: SelectStmt, path: Path, open: OpenLevel, visible: Visible): void {
    const outputs = new Set((select.targetList ?? []).flatMap((item) => outputName(item) ?? []));
    for (const [key, value] of Object.entries(select)) {
      if (key === "fromClause" || key === "withClause") continue;
      const bare =
        key === "sortClause" ? "output first" : key === "groupClause" ? "input first" : "input";
      const at = [...path, key];
      if (bare === "input" || !Array.isArray(value)) {
        this.readExpression(value, at, open, visible);
        continue;
      }
      for (const [index, item] of (value as readonly Node[]).entries()) {
        const name = bareNameOf(item);
        if (name !== null && outputs.has(name) && (bare === "output first" || !isInput(name, open)))
          continue;
        this.readExpression(item, [...at, index], open, visible);
      }
    }
  }

  readExpression(value: unknown, path: Path, open: OpenLevel, visible: Visible): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        this.readExpression(item, [...path, index], open, visible);
      }
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const node = value as Node;
    if ("ColumnRef" in node) {
      qualify(node.ColumnRef, open);
      return;
    }
    if ("SubLink" in node) {
      const { subselect, testexpr } = node.SubLink;
      this.readExpression(testexpr, [...path, "SubLink", "testexpr"], open, visible);
      if (subselect === undefined || !("SelectStmt" in subselect))
        throw new NotUnderstood("a subquery is odd");
      const at = [...path, "SubLink", "subselect", "SelectStmt"];
      this.readQuery(subselect.SelectStmt, at, open, visible, "sublink", node);
      return;
    }
    if ("FuncCall" in node) this.#refuseUnstable(node.FuncCall.funcname);
    for (const [key, inner] of Object.entries(value)) {
      this.readExpression(inner, [...path, key], open, visible);
    }
  }

  #refuseUnstable(funcname: readonly Node[] | undefined): void {
    const names = namesOf(funcname) ?? [];
    if (!isStableCall(names, this.catalogue)) {
      throw new NotUnderstood(`${names.join(".")}() is volatile, or not known not to be`);
    }
  }
}

function refuseOddities(select: SelectStmt): void {
  if (select.lockingClause !== undefined)
    throw new NotUnderstood("it locks the rows that it reads");
  if (select.intoClause !== undefined) throw new NotUnderstood("it makes a table");
}
