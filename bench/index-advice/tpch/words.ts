/** The vocabularies of the generator: of the sizes that the specification gives, with words of our own. */

export const REGIONS = ["AFRICA", "AMERICA", "ASIA", "EUROPE", "OCEANIA"] as const;

/** Five nations a region, in the order of the regions. */
export const NATIONS = [
  ["BOTSWANA", "GHANA", "NAMIBIA", "SENEGAL", "TUNISIA"],
  ["BOLIVIA", "CHILE", "CUBA", "MEXICO", "URUGUAY"],
  ["BHUTAN", "LAOS", "MONGOLIA", "NEPAL", "OMAN"],
  ["AUSTRIA", "DENMARK", "ESTONIA", "IRELAND", "PORTUGAL"],
  ["FIJI", "NAURU", "PALAU", "SAMOA", "TONGA"],
].flatMap((names, region) => names.map((name) => ({ name, region })));

export const SEGMENTS = ["FARMING", "HOSPITALS", "RAILWAYS", "SCHOOLS", "SHIPBUILDING"] as const;
export const PRIORITIES = ["1-AT ONCE", "2-SOON", "3-NORMAL", "4-LATER", "5-ANY TIME"] as const;
export const SHIP_MODES = ["AIR", "PARCEL", "PIPE", "RAIL", "RIVER", "ROAD", "SEA"] as const;
export const INSTRUCTIONS = ["AT THE GATE", "BY APPOINTMENT", "IN PERSON", "NO WISHES"] as const;

/** What a part is, in three words: 150 types. */
export const TYPE_WORDS = [
  ["BUDGET", "CLASSIC", "GRAND", "HEAVY", "LIGHT", "TINY"],
  ["BRUSHED", "CAST", "ENAMELLED", "FORGED", "WAXED"],
  ["BRONZE", "IRON", "LEAD", "SILVER", "ZINC"],
] as const;

/** What a part comes in, in two words: 40 containers. */
export const CONTAINER_WORDS = [
  ["BIG", "FLAT", "HUGE", "LONG", "SLIM"],
  ["BARREL", "BASKET", "BIN", "BUNDLE", "CHEST", "CRATE", "SACK", "TUBE"],
] as const;

/** A part's name is five different ones of these 92. */
export const NAME_WORDS: readonly string[] = (
  "acorn alder almond amber apricot ash aspen bamboo barley basil beech berry birch bramble briar " +
  "bronze cedar cherry chestnut cinder clay clover cobalt copper coral cotton cream cypress dune dusk " +
  "ebony elder elm ember fennel fern fig flax flint fog forest frost garnet ginger granite grape gravel " +
  "hazel heather holly honey indigo iris iron ivy jade juniper kelp larch laurel lemon lichen linen " +
  "maple marble marsh mint moss mulberry myrtle nettle oak olive onyx opal orchid pearl pebble pine " +
  "plum poppy quartz reed rose rowan rust sage sand slate thistle tulip walnut"
).split(" ");

/** Comments are made of these; two of them together are what one statement looks for. */
export const COMMENT_WORDS: readonly string[] = (
  "accounts again ahead almost along among answers around asks before behind boldly books brings calls " +
  "cargo carefully carries checks closely counts crates daily deposits docks early evenly fairly fast " +
  "final finds freight gladly goods harbours holds keeps late ledgers letters loads lorries mostly moves " +
  "never notes often orders packs papers parcels pending plainly ports prices quickly quietly rarely " +
  "reads receipts rests returns routes sacks sends ships silently slowly sorts spares special stacks " +
  "stays stores swiftly takes tallies trains turns under urgent usual waits wakes warehouses weighs requests"
).split(" ");

/** What the comments of ten suppliers in ten thousand say, half of them each. */
export const SUPPLIER_REMARKS = ["Customer praises", "Customer complaints"] as const;
