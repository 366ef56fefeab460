import type { FastifyReply } from "fastify";
import type { Change } from "./changes.ts";
import type { Entry } from "./entries.ts";

/** Names rows that the value is made from and that only the loader can know. */
export type Tag = (...rows: readonly string[]) => void;

/** Reads from the database. */
export type Load<Value> = (tag: Tag) => Promise<Value>;

/** Where answers come from: the database each time, or a cache in front of it. Routes do not know which. */
export interface Answers {
  /** A value that a request needs on its way. */
  value<Value>(entry: Entry, load: Load<Value>): Promise<Value>;
  /** What the reply is to send: the object, or its bytes; undefined where there is no such thing. */
  answer(
    reply: FastifyReply,
    entry: Entry,
    load: Load<object | undefined>,
  ): Promise<object | string | undefined>;
  /** Called after the commit and before the write is answered. */
  changed(change: Change): Promise<void>;
}

const IGNORE: Tag = () => undefined;

/** Every read asks the database. */
export const uncachedAnswers: Answers = {
  value: (_, load) => load(IGNORE),
  answer: (_, __, load) => load(IGNORE),
  changed: async () => undefined,
};
