{{ config(materialized='view') }}

with

schools as (

    select * from {{ ref('schools') }}

),

changes as (

    select * from {{ ref('school_changes') }}

),

spellings as (

    select
        school_id,
        unnest([name_zh] || string_split(coalesce(short_names, ''), '|')) as name
    from schools
    union all
    select
        school_id,
        name_zh as name
    from changes
    where name_zh is not null

),

squeezed as (

    select
        school_id,
        {{ squeezed('name') }} as squeezed_name
    from spellings
    where name <> ''

),

final as (

    -- A short name that two schools share leads to one of them, always the same.
    select
        squeezed_name,
        min(school_id) as school_id
    from squeezed
    group by squeezed_name

)

select * from final
