{{ config(materialized='view', schema='intermediate') }}

with

years as (

    select * from {{ ref('dim_year') }}

),

final as (

    select cast(unnest(generate_series(
        min(calendar_year_starts_on), max(calendar_year_ends_on), interval 1 day
    )) as date) as day
    from years

)

select * from final
