/**
 * Functions of a planning session, in its temporary schema. Each handles its statements one by one,
 * so that many need one round trip and a bad one costs no other its answer.
 */
export const CREATE_PLANNING_FUNCTIONS = `
create or replace function pg_temp.explain_each(explains text[])
returns table (plan text, problem text, state text) language plpgsql as $body$
declare
  statement text;
begin
  foreach statement in array explains loop
    begin
      execute statement into plan;
      problem := null;
      state := null;
    exception when others then
      plan := null;
      problem := sqlerrm;
      state := sqlstate;
    end;
    return next;
  end loop;
end
$body$;

create or replace function pg_temp.parameter_types_of_each(statements text[])
returns table (types text[], problem text, state text) language plpgsql as $body$
declare
  statement text;
begin
  foreach statement in array statements loop
    begin
      execute 'prepare streamgate_question as ' || statement;
      select array(select pg_catalog.format_type(parameter.type, -1)
                   from pg_catalog.unnest(question.parameter_types)
                        with ordinality as parameter (type, number)
                   order by parameter.number)
      into types
      from pg_catalog.pg_prepared_statements as question
      where question.name = 'streamgate_question';
      deallocate streamgate_question;
      problem := null;
      state := null;
    exception when others then
      types := null;
      problem := sqlerrm;
      state := sqlstate;
    end;
    return next;
  end loop;
end
$body$`;

export const EXPLAIN_EACH = "select plan, problem, state from pg_temp.explain_each($1)";

export const PARAMETER_TYPES_OF_EACH =
  "select types, problem, state from pg_temp.parameter_types_of_each($1)";
