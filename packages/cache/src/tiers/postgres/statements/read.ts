import { isInvalidated, knownServer } from "./judged.ts";

/**
 * Many keys in one statement: one snapshot over values and epochs, so that a read that begins after an invalidation
 * was acknowledged sees it. No row: the server is not the one we know (see recognise). Else one row a hit,
 * or a single row of nulls.
 */
export const readStatement = (schema: string): string => `
select hit.*
from ${knownServer(schema)} known
left join lateral (
  select
    wanted.position::int4 as position,
    held.format, held.compression, held.bytes,
    coalesce(held.exact_tags, held.tags) as tags,
    held.load_ms,
    (extract(epoch from clock_timestamp() - held.loaded_at) * 1000)::float8 as age_ms,
    (extract(epoch from held.expires_at - clock_timestamp()) * 1000)::float8 as fresh_ms
  from unnest($1::text[]) with ordinality as wanted (key, position)
  join ${schema}.entries held on held.key = wanted.key
  where held.gone_at > clock_timestamp()
    and held.generation = known.generation
    and known.floor < pg_snapshot_xmin(held.as_of)
    and not ${isInvalidated(schema, "held.tags", "held.as_of")}
) hit on true`;
