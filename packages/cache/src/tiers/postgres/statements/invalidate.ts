/**
 * One row a tag, under the number of this transaction. Rows are only added, never changed: two that invalidate the same
 * tag do not wait for each other, not even while one of them is a long transaction of the caller's.
 */
export const bumpStatement = (schema: string): string => `
insert into ${schema}.epochs (tag, epoch)
select distinct tag, pg_current_xact_id() from unnest($1::text[]) as given (tag)
on conflict do nothing`;

/**
 * As above, and sweeps the rows of these tags that the new ones make superfluous: a load that has
 * not seen an invalidation which this statement sees, has not seen this one either. What is locked, is left.
 *
 * It always waits for the disk, even where the role does not: what was acknowledged must outlive a crash.
 */
export const invalidateStatement = (schema: string): string => `
with swept as (
  delete from ${schema}.epochs
  where ctid = any (array(
    select ctid
    from ${schema}.epochs
    where tag = any ($1::text[])
    for update skip locked
  ))
), bumped as (${bumpStatement(schema)})
select case
  when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', true)
end as commits`;
