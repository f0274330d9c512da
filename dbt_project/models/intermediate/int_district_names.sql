{{ config(materialized='view') }}

with

districts as (

    select * from {{ ref('districts') }}

),

spellings as (

    select
        code as district_code,
        unnest([name_zh, short_name, '重庆市' || name_zh]) as name
    from districts

),

final as (

    select distinct
        district_code,
        {{ squeezed('name') }} as squeezed_name
    from spellings

)

select * from final
