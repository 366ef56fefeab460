export type { TierContractCase, TierUnderTest } from "./tiers/contract/contract-case.ts";
export { tierContract } from "./tiers/contract/tier-contract.ts";
