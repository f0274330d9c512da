{{ config(materialized='view', schema='intermediate') }}

with

years as (

    select * from {{ ref('dim_year') }}

),

numbers as (

    select unnest(range(366)) as number

),

final as (

    select
        years.year,
        cast(years.calendar_year_starts_on + cast(numbers.number as integer) as date) as day
    from years
    cross join numbers
    where years.calendar_year_starts_on + cast(numbers.number as integer) <= years.calendar_year_ends_on

)

select * from final
