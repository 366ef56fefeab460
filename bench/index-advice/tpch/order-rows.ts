import type { Random } from "@streamgate/core";
import { type Day, dateText, LAST_ORDER_DAY, TODAY } from "./calendar.ts";
import { MOST_LINES_AN_ORDER, SUPPLIERS_A_PART, type TpchSizes } from "./sizes.ts";
import { type CopyRow, row } from "./small-tables.ts";
import { retailCents, supplierOf } from "./supplies.ts";
import { between, comment, money, numbered } from "./texts.ts";
import { INSTRUCTIONS, PRIORITIES, SHIP_MODES } from "./words.ts";

/** An order with its lines, as rows of two tables. */
export interface OrderRows {
  readonly order: CopyRow;
  readonly lines: readonly CopyRow[];
}

/**
 * Orders and lines belong together: an order is open, finished or between by the state of its lines, and
 * its total is theirs. A line is shipped, promised and received soon after its order was placed, whether
 * it was returned depends on when it was received, and its price on its part.
 */
export function* orderRows(random: Random, sizes: TpchSizes): Generator<OrderRows> {
  for (let number = 0; number < sizes.orders; number += 1) {
    const orderKey = sparseKey(number);
    const orderDay = between(random, 0, LAST_ORDER_DAY);
    const lines = Array.from({ length: between(random, 1, MOST_LINES_AN_ORDER) }, (_, position) =>
      drawLine(random, sizes, { orderKey, orderDay, position }),
    );
    const open = lines.filter(({ isOpen }) => isOpen).length;
    const totalCents = lines.reduce((sum, { chargedCents }) => sum + chargedCents, 0);
    const order = row(
      orderKey,
      customerWhoOrders(random, sizes),
      open === 0 ? "F" : open === lines.length ? "O" : "P",
      money(Math.round(totalCents)),
      dateText(orderDay),
      random.pick(PRIORITIES),
      numbered("Clerk", between(random, 1, sizes.clerks)),
      0,
      comment(random, 19, 78),
    );
    yield { order, lines: lines.map(({ text }) => text) };
  }
}

/** Of 32 keys the first eight are taken: the others are left for orders to come. */
function sparseKey(number: number): number {
  return Math.floor(number / 8) * 32 + (number % 8) + 1;
}

/** Every third customer never orders. */
function customerWhoOrders(random: Random, { customers }: TpchSizes): number {
  for (;;) {
    const customer = between(random, 1, customers);
    if (customer % 3 !== 0) return customer;
  }
}

interface Line {
  readonly text: CopyRow;
  readonly isOpen: boolean;
  /** What it costs after discount and with tax. */
  readonly chargedCents: number;
}

function drawLine(
  random: Random,
  { parts, suppliers }: TpchSizes,
  place: { readonly orderKey: number; readonly orderDay: Day; readonly position: number },
): Line {
  const part = between(random, 1, parts);
  const quantity = between(random, 1, 50);
  const priceCents = quantity * retailCents(part);
  const [discount, tax] = [between(random, 0, 10), between(random, 0, 8)];
  const shipDay = place.orderDay + between(random, 1, 121);
  const receiptDay = shipDay + between(random, 1, 30);
  const isOpen = shipDay > TODAY;
  const text = row(
    place.orderKey,
    part,
    supplierOf(part, random.integer(SUPPLIERS_A_PART), suppliers),
    place.position + 1,
    quantity,
    money(priceCents),
    money(discount),
    money(tax),
    receiptDay > TODAY ? "N" : random.integer(2) === 0 ? "R" : "A",
    isOpen ? "O" : "F",
    dateText(shipDay),
    dateText(place.orderDay + between(random, 30, 90)),
    dateText(receiptDay),
    random.pick(INSTRUCTIONS),
    random.pick(SHIP_MODES),
    comment(random, 10, 43),
  );
  return { text, isOpen, chargedCents: priceCents * (1 - discount / 100) * (1 + tax / 100) };
}
