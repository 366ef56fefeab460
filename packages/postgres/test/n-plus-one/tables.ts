import { integer, numeric, pgTable, serial, text, timestamp } from "drizzle-orm/pg-core";

/** The shop's tables as Drizzle wants them. */
export const users = pgTable("users", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull(),
  teamId: integer("team_id").notNull(),
});
export const teams = pgTable("teams", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
});
export const memberships = pgTable("memberships", {
  teamId: integer("team_id").notNull(),
  userId: integer("user_id").notNull(),
  role: text("role").notNull(),
});
export const posts = pgTable("posts", {
  id: integer("id").primaryKey(),
  userId: integer("user_id").notNull(),
  slug: text("slug").notNull(),
  title: text("title").notNull(),
  tagIds: integer("tag_ids").array().notNull(),
});
export const comments = pgTable("comments", {
  id: integer("id").primaryKey(),
  postId: integer("post_id").notNull(),
  userId: integer("user_id").notNull(),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
});
export const tags = pgTable("tags", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
});
export const products = pgTable("products", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  stock: integer("stock").notNull(),
});
export const orders = pgTable("orders", {
  id: integer("id").primaryKey(),
  userId: integer("user_id").notNull(),
  status: text("status").notNull(),
  total: numeric("total").notNull(),
});
export const orderItems = pgTable("order_items", {
  orderId: integer("order_id").notNull(),
  line: integer("line").notNull(),
  productId: integer("product_id").notNull(),
});
export const audit = pgTable("audit", {
  id: serial("id").primaryKey(),
  what: text("what").notNull(),
});
export const settings = pgTable("settings", {
  name: text("name").primaryKey(),
  value: text("value").notNull(),
});
