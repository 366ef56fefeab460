import { hashOf, hexOf } from "../../population/hash.ts";
import type { CopyRows } from "../copy-rows.ts";
import { copyTimestamp } from "../copy-timestamp.ts";

const PURPOSE = 103;
const HOUR_MS = 3_600_000;

/** One token for each content, minted within the hour of its making. */
export const nftRows: CopyRows = {
  columns: [
    "id",
    "content_id",
    "contract_address",
    "token_id",
    "owner_address",
    "standard",
    "metadata",
    "minted_at",
  ],
  writer: (population) => {
    const until = population.until.getTime();
    return (id) => {
      const hash = hashOf(population.seed, PURPOSE, id);
      const contract = population.contractOf(population.ownerOfContent(id));
      const holder = population.walletOf(population.holderOfContent(id));
      const tier = hash % 10 === 0 ? "backstage" : "standard";
      const metadata = `{"name": "Access ${id}", "image": "ipfs://bafy${hexOf(population.seed, PURPOSE, id, 40)}", "attributes": [{"trait_type": "Edition", "value": ${hash % 500}}, {"trait_type": "Tier", "value": "${tier}"}]}`;
      const minted = Math.min(until, population.createdAtOfContent(id) + (hash % HOUR_MS));
      return `${id}\t${id}\t${contract}\t${id}\t${holder}\t${hash % 12 === 0 ? "ERC-1155" : "ERC-721"}\t${metadata}\t${copyTimestamp(minted)}`;
    };
  },
};
