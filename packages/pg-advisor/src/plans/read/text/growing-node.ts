import type { Properties } from "../../tree/explained-plan.ts";
import { isProperties } from "../../tree/read-properties.ts";
import { readActual } from "./figures.ts";
import { readNodeProperty } from "./node-property.ts";

/** Nodes whose inputs are members of a list. */
const WITH_MEMBERS: ReadonlySet<string> = new Set([
  "Append",
  "Merge Append",
  "BitmapAnd",
  "BitmapOr",
]);
const WORKER = /^Worker (\d+):\s+(.*)$/;
const SUBPLAN = /^(?:InitPlan|SubPlan|CTE)\b/;

/** A node while its lines are read. */
export class GrowingNode {
  readonly indent: number;
  readonly #properties: Record<string, unknown>;
  readonly #children: GrowingNode[] = [];
  readonly #workers: Record<string, unknown>[] = [];
  #workerIndent = Number.POSITIVE_INFINITY;

  constructor(indent: number, properties: Properties) {
    this.indent = indent;
    this.#properties = { ...properties };
  }

  /** Adds a child; `label` is the line before it: `InitPlan 1 (returns $0)`. */
  adopt(child: GrowingNode, label: string | null): void {
    child.#properties["Parent Relationship"] = this.#relationshipOf(label);
    if (label !== null) child.#properties["Subplan Name"] = label;
    this.#children.push(child);
  }

  /** Adds a `Name: value` line that stands at `indent`. */
  addProperty(indent: number, name: string, value: string): void {
    const [, number, said] = WORKER.exec(`${name}: ${value}`) ?? [];
    if (number !== undefined && said !== undefined) {
      this.#workerIndent = indent;
      this.#addToWorker(Number(number), said);
      return;
    }
    const isOfWorker = indent > this.#workerIndent;
    if (!isOfWorker) this.#workerIndent = Number.POSITIVE_INFINITY;
    const read = readNodeProperty(this.#nodeType(), name, value);
    Object.assign(isOfWorker ? (this.#workers.at(-1) ?? {}) : this.#properties, read);
  }

  /** The node under the names of the JSON form, with all below it. */
  finish(): Properties {
    return {
      ...this.#properties,
      ...(this.#workers.length === 0 ? {} : { Workers: this.#workers }),
      ...(this.#children.length === 0
        ? {}
        : { Plans: this.#children.map((child) => child.finish()) }),
    };
  }

  #nodeType(): string {
    return String(this.#properties["Node Type"]);
  }

  #addToWorker(number: number, said: string): void {
    let worker = this.#workers.find((one) => one["Worker Number"] === number);
    if (worker === undefined) {
      worker = { "Worker Number": number };
      this.#workers.push(worker);
    }
    const read = readActual(said);
    if (Object.keys(read).length > 0) {
      Object.assign(worker, read);
      return;
    }
    const at = said.indexOf(": ");
    if (at < 0) return;
    const property = readNodeProperty(this.#nodeType(), said.slice(0, at), said.slice(at + 2));
    if (isProperties(property)) Object.assign(worker, property);
  }

  #relationshipOf(label: string | null): string {
    if (label !== null && SUBPLAN.test(label))
      return label.startsWith("SubPlan") ? "SubPlan" : "InitPlan";
    const nodeType = this.#nodeType();
    if (WITH_MEMBERS.has(nodeType)) return "Member";
    if (nodeType === "Subquery Scan") return "Subquery";
    const inputs = this.#children.filter(
      (child) => child.#properties["Subplan Name"] === undefined,
    );
    return inputs.length === 0 ? "Outer" : "Inner";
  }
}
