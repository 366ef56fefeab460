-- Added once the rows are there: checking a whole table by a join is many times cheaper than row by row.

alter table content add foreign key (user_id) references users (id);
alter table nft add foreign key (content_id) references content (id);
alter table transactions add foreign key (user_id) references users (id);
alter table transactions add foreign key (nft_id) references nft (id);
alter table keywords add foreign key (user_id) references users (id);
alter table filter_configs add foreign key (user_id) references users (id);
alter table analytics_events add foreign key (user_id) references users (id);
alter table analytics_events add foreign key (content_id) references content (id);
