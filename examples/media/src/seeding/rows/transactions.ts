import { hashOf, hexOf, uniformOf, uuidOf } from "../../population/hash.ts";
import type { CopyRows } from "../copy-rows.ts";
import { copyTimestamp } from "../copy-timestamp.ts";

const PURPOSE = { user: 104, shape: 105, token: 106, id: 107 } as const;
const DAY_MS = 86_400_000;
const HISTORY_MS = 2 * 365 * DAY_MS;

/** Only the last two days hold pending ones; the amount follows the kind. */
export const transactionRows: CopyRows = {
  columns: [
    "id",
    "user_id",
    "nft_id",
    "kind",
    "status",
    "amount_wei",
    "transaction_hash",
    "created_at",
  ],
  writer: (population) => {
    const { seed, sizes } = population;
    const stepMs = HISTORY_MS / sizes.transactions;
    return (row) => {
      const hash = hashOf(seed, PURPOSE.shape, row);
      const user = population.collectorAt(uniformOf(seed, PURPOSE.user, row));
      const token = population.popularContentAt(uniformOf(seed, PURPOSE.token, row));
      const { kind, wei } = kindAndAmount(hash);
      const age = (sizes.transactions - row + 1) * stepMs;
      const status = statusAt(age, hash >>> 8);
      const created = population.until.getTime() - Math.ceil(age);
      return `${uuidOf(seed, PURPOSE.id, row)}\t${user}\t${token}\t${kind}\t${status}\t${wei}\t0x${hexOf(seed, PURPOSE.id, -row, 64)}\t${copyTimestamp(created)}`;
    };
  },
};

function kindAndAmount(hash: number): { readonly kind: string; readonly wei: string } {
  const percentile = hash % 100;
  if (percentile < 45) return { kind: "mint", wei: `${1 + (hash % 9)}0000000000000000` };
  if (percentile < 75) return { kind: "sale", wei: `${1 + (hash % 900)}000000000000000` };
  if (percentile < 90) return { kind: "transfer", wei: "0" };
  return { kind: "royalty", wei: `${1 + (hash % 90)}00000000000000` };
}

function statusAt(ageMs: number, hash: number): string {
  if (hash % 25 === 0) return "failed";
  return ageMs < 2 * DAY_MS && hash % 3 > 0 ? "pending" : "confirmed";
}
