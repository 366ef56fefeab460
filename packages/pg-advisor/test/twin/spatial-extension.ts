import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const CONTROL = `comment = 'shapes and where they are'
default_version = '1.0'
relocatable = true
`;

/** A type with modifiers, operators, a function and an operator class, as postgis and pgvector have them. */
const SCRIPT = `
create type shape;
create function shape_in(cstring) returns shape language internal immutable strict as 'byteain';
create function shape_out(shape) returns cstring language internal immutable strict as 'byteaout';
create function shape_modifier_in(cstring[]) returns integer language internal immutable strict as 'varchartypmodin';
create function shape_modifier_out(integer) returns cstring language internal immutable strict as 'varchartypmodout';
create type shape (input = shape_in, output = shape_out, typmod_in = shape_modifier_in, typmod_out = shape_modifier_out, storage = extended);
create cast (text as shape) without function as assignment;
create function shape_lt(shape, shape) returns boolean language internal immutable strict as 'bytealt';
create function shape_le(shape, shape) returns boolean language internal immutable strict as 'byteale';
create function shape_eq(shape, shape) returns boolean language internal immutable strict as 'byteaeq';
create function shape_ge(shape, shape) returns boolean language internal immutable strict as 'byteage';
create function shape_gt(shape, shape) returns boolean language internal immutable strict as 'byteagt';
create function shape_cmp(shape, shape) returns integer language internal immutable strict as 'byteacmp';
create function shape_size(shape) returns integer language internal immutable strict as 'byteaoctetlen';
create operator < (leftarg = shape, rightarg = shape, function = shape_lt);
create operator <= (leftarg = shape, rightarg = shape, function = shape_le);
create operator = (leftarg = shape, rightarg = shape, function = shape_eq, restrict = eqsel);
create operator >= (leftarg = shape, rightarg = shape, function = shape_ge);
create operator > (leftarg = shape, rightarg = shape, function = shape_gt);
create operator class shape_ops default for type shape using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 shape_cmp(shape, shape);
`;

/**
 * Writes an extension that no server of StreamGate's own has into a folder.
 *
 * @returns the setting by which a PostgreSQL 18 finds it
 */
export async function writeSpatialExtension(
  folder: string,
): Promise<Readonly<Record<string, string>>> {
  const files = join(folder, "extension");
  await mkdir(files, { recursive: true, mode: 0o755 });
  await writeFile(join(files, "spatial.control"), CONTROL);
  await writeFile(join(files, "spatial--1.0.sql"), SCRIPT);
  return { extension_control_path: `${folder}:$system` };
}
