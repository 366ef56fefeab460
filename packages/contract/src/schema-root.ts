/** What schemas are made of; nothing is imported from here. */
export type { Problem } from "./basics.ts";
export type { LiveEvent } from "./live.ts";
export type { Operations } from "./operations.ts";
