drop schema if exists :"schema" cascade;
create schema :"schema";
set search_path to :"schema";
create table sessions (id uuid primary key, state jsonb not null, used_at timestamptz not null);
create table orders (
  number bigint generated always as identity primary key,
  session_id uuid not null,
  quantity int not null,
  email text not null
);
