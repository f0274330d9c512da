{{ config(materialized='view') }}

with

programmes as (

    select * from {{ ref('programmes') }}

),

spellings as (

    select
        code as programme_code,
        unnest([name_zh] || string_split(coalesce(former_names, ''), '|')) as name
    from programmes

),

final as (

    select
        {{ squeezed('name') }} as squeezed_name,
        programme_code
    from spellings
    where name <> ''

)

select * from final
