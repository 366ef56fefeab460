import { tables } from "./0001-tables.ts";

/**
 * The SQL of one step; `schema` comes quoted. A step that went out is never changed, only followed. A step only adds,
 * so that processes of the version before go on while a new one is rolled out.
 */
type Migration = (schema: string, isUnlogged: boolean) => string;

/** In their order; the first has the number 1. */
export const MIGRATIONS: readonly Migration[] = [tables];
