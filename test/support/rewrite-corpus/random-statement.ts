import type { Random } from "@streamgate/core";
import { Dice } from "./random/dice.ts";
import {
  extremeRows,
  joinedToOwnGroups,
  numberedRows,
  totalsOfParents,
} from "./random/group-shapes.ts";
import {
  listedValues,
  pageOfTable,
  rowsWithoutPartner,
  union,
  withTable,
} from "./random/list-shapes.ts";
import { plainSelect } from "./random/plain-select.ts";

/** A random SELECT over the shop's tables, of the shapes that the rules are about and of their neighbours, traps among them. */
export function randomStatement(random: Random): string {
  return write(new Dice(random));
}

function write(dice: Dice): string {
  const chance = dice.random.next();
  if (chance < 0.08) return union(dice);
  if (chance < 0.14) return withTable(dice);
  if (chance < 0.19) return numberedRows(dice);
  if (chance < 0.25) return joinedToOwnGroups(dice);
  if (chance < 0.31) return totalsOfParents(dice);
  if (chance < 0.36) return pageOfTable(dice);
  if (chance < 0.42) return extremeRows(dice);
  if (chance < 0.45) return rowsWithoutPartner(dice);
  if (chance < 0.48) return listedValues(dice);
  return plainSelect(dice, 2);
}
