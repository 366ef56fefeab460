import { IMMUTABLE_FUNCTIONS } from "../../candidates/immutable-functions.ts";

/** Functions of PostgreSQL's own that give the same for the same arguments within one statement. */
const STABLE = new Set(
  `now statement_timestamp transaction_timestamp to_char to_date to_timestamp to_number date_trunc date_part age extract
   concat concat_ws format array_length cardinality array_position array_to_string string_to_array unnest generate_series
   generate_subscripts to_json to_jsonb json_build_object jsonb_build_object json_build_array jsonb_build_array row_to_json
   array_to_json jsonb_set jsonb_array_elements jsonb_array_elements_text json_array_elements json_array_elements_text
   jsonb_each jsonb_each_text jsonb_object_keys position overlay btrim regexp_match regexp_matches regexp_split_to_array
   regexp_split_to_table similarity word_similarity strict_word_similarity to_tsvector plainto_tsquery
   phraseto_tsquery websearch_to_tsquery to_tsquery ts_rank ts_rank_cd ts_headline current_setting quote_literal quote_ident
   quote_nullable width_bucket isfinite justify_days justify_hours justify_interval make_date make_time make_timestamp
   make_timestamptz make_interval timezone date_bin date mod div gcd lcm trim_scale numeric int4 int8 float8 text varchar
   lower upper abs round trunc ceil floor coalesce nullif substring substr left right length timestamp timestamptz time interval
   isempty lower_inc upper_inc range_merge daterange tsrange tstzrange int4range int8range numrange
   pi degrees radians sin cos tan asin acos atan atan2 cbrt sqrt exp ln log power like ilike similar_to_escape`.split(
    /\s+/,
  ),
);

/** Aggregates whose result does not depend on the order in which they see their rows. */
const ORDER_FREE_AGGREGATES = new Set(
  `count sum avg min max bool_and bool_or every bit_and bit_or bit_xor stddev stddev_pop stddev_samp variance var_pop
   var_samp corr covar_pop covar_samp regr_count percentile_cont percentile_disc mode`.split(/\s+/),
);

const ORDER_BOUND_AGGREGATES = new Set(
  "array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg xmlagg json_agg_strict jsonb_agg_strict any_value range_agg".split(
    " ",
  ),
);

const WINDOW_FUNCTIONS = new Set(
  "row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value".split(
    " ",
  ),
);

/** Functions that are null where their first argument is null; a part of those that are STRICT. */
export const STRICT_FUNCTIONS: ReadonlySet<string> = new Set(
  `lower upper length abs round trunc ceil floor date date_trunc date_part extract substring substr left right btrim ltrim rtrim
   to_char md5 sqrt ln exp reverse initcap timezone int4 int8 float8 text numeric char_length sign mod`.split(
    /\s+/,
  ),
);

export function isStableFunction(name: string): boolean {
  return (
    STABLE.has(name) ||
    IMMUTABLE_FUNCTIONS.has(name) ||
    isAggregate(name) ||
    WINDOW_FUNCTIONS.has(name)
  );
}

export function isAggregate(name: string): boolean {
  return ORDER_FREE_AGGREGATES.has(name) || ORDER_BOUND_AGGREGATES.has(name);
}

export function isOrderBound(name: string): boolean {
  return ORDER_BOUND_AGGREGATES.has(name);
}
