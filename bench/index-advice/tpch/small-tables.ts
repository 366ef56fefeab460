import type { Random } from "@streamgate/core";
import { SUPPLIERS_A_PART, type TpchSizes } from "./sizes.ts";
import { retailCents, supplierOf } from "./supplies.ts";
import { address, between, comment, money, numbered, phone } from "./texts.ts";
import {
  CONTAINER_WORDS,
  NAME_WORDS,
  NATIONS,
  REGIONS,
  SEGMENTS,
  SUPPLIER_REMARKS,
  TYPE_WORDS,
} from "./words.ts";

/** One row in the text format of COPY, without the line's end. */
export type CopyRow = string;

export function* regionRows(random: Random): Generator<CopyRow> {
  for (const [key, name] of REGIONS.entries()) yield row(key, name, comment(random, 31, 115));
}

export function* nationRows(random: Random): Generator<CopyRow> {
  for (const [key, { name, region }] of NATIONS.entries()) {
    yield row(key, name, region, comment(random, 31, 114));
  }
}

export function* supplierRows(random: Random, { suppliers }: TpchSizes): Generator<CopyRow> {
  for (let key = 1; key <= suppliers; key += 1) {
    const nation = random.integer(NATIONS.length);
    const remark = SUPPLIER_REMARKS[random.integer(2_000)];
    const text = comment(random, 25, 100);
    yield row(
      key,
      numbered("Supplier", key),
      address(random),
      nation,
      phone(random, nation),
      money(between(random, -99_999, 999_999)),
      remark === undefined ? text : `${text} ${remark}`,
    );
  }
}

export function* partRows(random: Random, { parts }: TpchSizes): Generator<CopyRow> {
  for (let key = 1; key <= parts; key += 1) {
    const maker = between(random, 1, 5);
    yield row(
      key,
      fiveNames(random),
      `Maker#${maker}`,
      `Brand#${maker}${between(random, 1, 5)}`,
      TYPE_WORDS.map((words) => random.pick(words)).join(" "),
      between(random, 1, 50),
      CONTAINER_WORDS.map((words) => random.pick(words)).join(" "),
      money(retailCents(key)),
      comment(random, 5, 22),
    );
  }
}

export function* partSupplierRows(
  random: Random,
  { parts, suppliers }: TpchSizes,
): Generator<CopyRow> {
  for (let part = 1; part <= parts; part += 1) {
    for (let which = 0; which < SUPPLIERS_A_PART; which += 1) {
      yield row(
        part,
        supplierOf(part, which, suppliers),
        between(random, 1, 9_999),
        money(between(random, 100, 100_000)),
        comment(random, 49, 198),
      );
    }
  }
}

export function* customerRows(random: Random, { customers }: TpchSizes): Generator<CopyRow> {
  for (let key = 1; key <= customers; key += 1) {
    const nation = random.integer(NATIONS.length);
    yield row(
      key,
      numbered("Customer", key),
      address(random),
      nation,
      phone(random, nation),
      money(between(random, -99_999, 999_999)),
      random.pick(SEGMENTS),
      comment(random, 29, 116),
    );
  }
}

export function row(...fields: readonly (string | number)[]): CopyRow {
  return fields.join("\t");
}

function fiveNames(random: Random): string {
  const names = new Set<string>();
  while (names.size < 5) names.add(random.pick(NAME_WORDS));
  return [...names].join(" ");
}
