import type { Cache, LoadContext, Namespace } from "@streamgate/cache";
import type { FastifyReply } from "fastify";
import { cacheStatusOf, SourceWatch } from "./answer-source.ts";
import type { Answers, Load, Tag } from "./answers.ts";
import type { MediaEdge } from "./cache-choice.ts";
import { type Change, isAwaitedEverywhere, tagsOfChange } from "./changes.ts";
import { tellEdge } from "./edge-headers.ts";
import type { Entry } from "./entries.ts";
import { LIFETIMES } from "./lifetimes.ts";

export interface CachedAnswersParts {
  readonly cache: Cache;
  readonly edge: MediaEdge | undefined;
  /** Told of a write whose invalidation not everybody has acknowledged yet. */
  readonly onPending: (warning: string) => void;
}

/** An answer with the rows that came to light while it was made. */
interface Document {
  readonly body: string;
  readonly rows: readonly string[];
}

/** Every read asks the cache, and the database where that has nothing. */
export class CachedAnswers implements Answers {
  private readonly parts: CachedAnswersParts;
  private readonly sources = new SourceWatch();

  constructor(parts: CachedAnswersParts) {
    this.parts = parts;
  }

  value<Value>(entry: Entry, load: Load<Value>): Promise<Value> {
    const namespace = this.parts.cache.namespace<Value>(entry.resource);
    return namespace.getOrLoadAsync(entry.id, (context) => load(tagOf(context)), entry);
  }

  answer(
    reply: FastifyReply,
    entry: Entry,
    load: Load<object | undefined>,
  ): Promise<object | string | undefined> {
    return LIFETIMES[entry.resource].hold === "bytes"
      ? this.answerInBytes(reply, entry, load)
      : this.answerWithRows(reply, entry, load);
  }

  /**
   * The write is committed and stays so: an invalidation that somebody did not acknowledge yet goes on being tried, and until
   * then nothing older is served here, and elsewhere from memory no longer than the lease.
   */
  async changed(change: Change): Promise<void> {
    const tags = tagsOfChange(change);
    try {
      await this.parts.cache.invalidate({ tags, everywhere: isAwaitedEverywhere(change) });
    } catch (error) {
      if (!isPending(error)) throw error;
      this.parts.onPending(error.message);
    }
  }

  private async answerInBytes(
    reply: FastifyReply,
    entry: Entry,
    load: Load<object | undefined>,
  ): Promise<object> {
    const namespace = this.parts.cache.namespace<string>(entry.resource);
    const acceptsBrotli = takesBrotli(reply.request.headers["accept-encoding"]);
    const found = await this.watch(namespace, entry, (loading) =>
      namespace.getBody(
        entry.id,
        async (context) => {
          loading();
          return printed(reply, (await load(tagOf(context))) ?? {});
        },
        { ...entry, acceptsBrotli },
      ),
    );
    const { body, contentEncoding } = found.value;
    if (contentEncoding !== undefined) reply.header("content-encoding", contentEncoding);
    reply.header("vary", "accept-encoding");
    this.describe(reply, entry, entry.tags, found.source);
    return body;
  }

  private async answerWithRows(
    reply: FastifyReply,
    entry: Entry,
    load: Load<object | undefined>,
  ): Promise<string | undefined> {
    const namespace = this.parts.cache.namespace<Document | undefined>(entry.resource);
    const found = await this.watch(namespace, entry, (loading) =>
      namespace.getOrLoadAsync(
        entry.id,
        (context) => {
          loading();
          return makeDocument(reply, context, load);
        },
        entry,
      ),
    );
    if (found.value === undefined) return undefined;
    const { body, rows } = found.value;
    this.describe(reply, entry, [...entry.tags, ...rows], found.source);
    return body;
  }

  private watch<Value>(
    namespace: Namespace,
    entry: Entry,
    read: (loading: () => void) => Promise<Value>,
  ): ReturnType<typeof this.sources.watch<Value>> {
    const key = `${entry.resource}:${entry.id}:${entry.variant ?? ""}`;
    return this.sources.watch(key, namespace.peek(entry.id, entry) !== undefined, read);
  }

  private describe(
    reply: FastifyReply,
    entry: Entry,
    rows: readonly string[],
    source: Parameters<typeof cacheStatusOf>[0],
  ): void {
    reply.header("content-type", "application/json; charset=utf-8");
    reply.header("cache-status", cacheStatusOf(source));
    if (this.parts.edge !== undefined) tellEdge(reply, this.parts.edge, entry, rows);
  }
}

async function makeDocument(
  reply: FastifyReply,
  context: LoadContext,
  load: Load<object | undefined>,
): Promise<Document | undefined> {
  const rows: string[] = [];
  const made = await load((...found) => {
    rows.push(...found);
    context.tag(...found);
  });
  if (made === undefined) return undefined;
  return { body: printed(reply, made), rows: [...new Set(rows)] };
}

/** By the schema of the route, as Fastify prints what is not cached. */
function printed(reply: FastifyReply, made: object): string {
  return String(reply.serializeInput({ ...made }, "200"));
}

function tagOf(context: LoadContext): Tag {
  return (...rows) => context.tag(...rows);
}

/** `br`, unless it is refused by `q=0`. */
function takesBrotli(acceptEncoding: string | string[] | undefined): boolean {
  return /\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(acceptEncoding ?? ""));
}

function isPending(error: unknown): error is Error {
  return (
    error instanceof Error && "code" in error && error.code === "SG_CACHE_INVALIDATION_PENDING"
  );
}
