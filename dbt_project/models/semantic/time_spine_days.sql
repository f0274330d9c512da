{{ config(materialized='view', schema='intermediate') }}

with

years as (

    select * from {{ ref('dim_year') }}

),

series as (

    select
        generate_series(min(calendar_year_starts_on), max(calendar_year_ends_on), interval 1 day) as dates
    from years

),

final as (

    select cast(unnest(series.dates) as date) as day from series -- noqa: LT09

)

select * from final
