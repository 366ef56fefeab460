import type { FlightRequest } from "../loading/flight-request.ts";
import type { Loader } from "../loading/load-context.ts";
import type { Id } from "../memory/memory-index.ts";
import { checkTag, checkVariant, idTag, keyOf, namespaceTag } from "./key.ts";
import type { NamespaceParts } from "./namespace-parts.ts";

/** The tags that a read gives. */
export interface ReadTags {
  readonly tags?: readonly string[];
  readonly dependsOn?: readonly string[];
}

/** What a read says beside the id. */
export interface Reading extends ReadTags {
  readonly variant?: string;
}

/** Makes of what a caller asks for what a flight needs: the key, and the tags with all that they are made from. */
export class Requests {
  private readonly name: string;
  private readonly closureOf: NamespaceParts["closure"];
  /** On every entry. */
  private readonly ownTags: readonly string[];
  private readonly ownTag: string;

  constructor({ name, options, closure }: NamespaceParts) {
    this.name = name;
    this.closureOf = closure;
    this.ownTag = namespaceTag(name);
    this.ownTags = closure([...options.tags, ...options.dependsOn]);
  }

  of(id: Id, variant: string, reading: Reading, load: Loader<unknown> | undefined): FlightRequest {
    checkVariant(variant);
    const key = keyOf(this.name, id, variant);
    const tags = this.tagsOf(reading);
    const allTags = [...this.implicitTags(id), ...tags];
    return { id, variant, key, tags, allTags, load, wantedFreshMs: 0 };
  }

  tagsOf({ tags, dependsOn }: ReadTags): readonly string[] {
    if (tags === undefined && dependsOn === undefined) return this.ownTags;
    return this.closure([...this.ownTags, ...(tags ?? []), ...(dependsOn ?? [])]);
  }

  implicitTags(id: Id): readonly string[] {
    return [idTag(this.name, id), this.ownTag];
  }

  closure(tags: readonly string[]): readonly string[] {
    return this.closureOf(tags.map(checkTag));
  }
}
