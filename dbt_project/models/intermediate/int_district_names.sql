{{ config(materialized='view') }}

with

districts as (

    select * from {{ ref('districts') }}

),

changes as (

    select * from {{ ref('district_changes') }}

),

spellings as (

    select
        code as district_code,
        unnest([name_zh, short_name, '重庆市' || name_zh]) as name
    from districts
    union all
    -- A name that a district had before leads to what it became.
    select
        to_code as district_code,
        unnest([from_name_zh, '重庆市' || from_name_zh]) as name
    from changes
    where to_code is not null

),

final as (

    select distinct
        district_code,
        {{ squeezed('name') }} as squeezed_name
    from spellings

)

select * from final
