import { predictBtreeSize } from "../btree/btree-size.ts";
import { PAGE_BYTES } from "../btree/empty-tree.ts";
import { predictBrinPages } from "./brin-size.ts";
import { predictGinPages } from "./gin/gin-size.ts";
import { predictGistPages } from "./gist-size.ts";
import { predictHashPages } from "./hash-size.ts";
import type { IndexFacts } from "./index-facts.ts";
import type { IndexForm, IndexSize } from "./index-size.ts";

/**
 * Predicts how large an index of any method is right after CREATE INDEX, from statistics alone: the
 * model lays the pages out as PostgreSQL's own build does.
 */
export function predictIndexSize(facts: IndexFacts): IndexSize {
  switch (facts.method) {
    case "btree": {
      const { pages, level } = predictBtreeSize(facts);
      return sizeOf(pages, { method: "btree", level });
    }
    case "hash":
      return sizeOf(predictHashPages(facts), { method: "hash" });
    case "brin": {
      const { pages, revmapPages } = predictBrinPages(facts);
      return sizeOf(pages, { method: "brin", revmapPages });
    }
    case "gin": {
      const found = predictGinPages(facts);
      return sizeOf(1 + found.entryPages + found.dataPages, { method: "gin", ...found });
    }
    case "gist":
      return sizeOf(predictGistPages(facts), { method: "gist" });
  }
}

function sizeOf(pages: number, form: IndexForm): IndexSize {
  return { pages, bytes: pages * PAGE_BYTES, form };
}
