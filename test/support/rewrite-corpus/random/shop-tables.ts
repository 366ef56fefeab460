/** A table of the shop as the generator knows it: columns by what can be done with them, and the ways to other tables. */
export interface Table {
  readonly name: string;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  readonly moments: readonly string[];
  /** Own column, other table, its column. */
  readonly ways: readonly (readonly [string, string, string])[];
}

export const TABLES: readonly Table[] = [
  {
    name: "users",
    numbers: ["id", "karma", "manager_id"],
    texts: ["country", "name", "email"],
    moments: ["created_at"],
    ways: [
      ["id", "posts", "author_id"],
      ["id", "orders", "user_id"],
      ["id", "comments", "user_id"],
      ["manager_id", "users", "id"],
      ["id", "users", "id"],
      ["id", "users", "manager_id"],
    ],
  },
  {
    name: "posts",
    numbers: ["id", "author_id", "category_id", "views"],
    texts: ["title", "status"],
    moments: ["created_at", "published_at"],
    ways: [
      ["author_id", "users", "id"],
      ["category_id", "categories", "id"],
      ["id", "comments", "post_id"],
      ["id", "post_tags", "post_id"],
      ["author_id", "orders", "user_id"],
      ["author_id", "posts", "author_id"],
    ],
  },
  {
    name: "comments",
    numbers: ["id", "post_id", "user_id", "parent_id"],
    texts: ["body"],
    moments: ["created_at"],
    ways: [
      ["post_id", "posts", "id"],
      ["user_id", "users", "id"],
      ["parent_id", "comments", "id"],
      ["user_id", "comments", "user_id"],
    ],
  },
  {
    name: "categories",
    numbers: ["id", "parent_id"],
    texts: ["name"],
    moments: [],
    ways: [
      ["id", "posts", "category_id"],
      ["id", "products", "category_id"],
      ["parent_id", "categories", "id"],
    ],
  },
  {
    name: "products",
    numbers: ["id", "category_id", "price"],
    texts: ["sku", "name"],
    moments: [],
    ways: [
      ["category_id", "categories", "id"],
      ["id", "order_items", "product_id"],
      ["category_id", "products", "category_id"],
    ],
  },
  {
    name: "orders",
    numbers: ["id", "user_id", "total"],
    texts: ["status", "note"],
    moments: ["placed_on"],
    ways: [
      ["user_id", "users", "id"],
      ["id", "order_items", "order_id"],
      ["user_id", "orders", "user_id"],
      ["user_id", "posts", "author_id"],
    ],
  },
  {
    name: "order_items",
    numbers: ["id", "order_id", "product_id", "quantity", "price"],
    texts: [],
    moments: [],
    ways: [
      ["order_id", "orders", "id"],
      ["product_id", "products", "id"],
      ["product_id", "order_items", "product_id"],
    ],
  },
  {
    name: "post_tags",
    numbers: ["post_id", "tag_id"],
    texts: [],
    moments: [],
    ways: [
      ["post_id", "posts", "id"],
      ["tag_id", "tags", "id"],
    ],
  },
  {
    name: "tags",
    numbers: ["id"],
    texts: ["name"],
    moments: [],
    ways: [["id", "post_tags", "tag_id"]],
  },
];

/** A table under the alias by which a statement calls it. */
export interface Used {
  readonly alias: string;
  readonly table: Table;
}

export function tableNamed(name: string): Table {
  const table = TABLES.find((one) => one.name === name);
  if (table === undefined) throw new RangeError(`there is no table ${name}`);
  return table;
}
